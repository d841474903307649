/** Times the calls to the other systems. */
import type { Call, CallMetrics, System } from '../http/call-metrics.ts'
import type { Calls } from '../runtime/calls.ts'
import type { Watch } from './adapters.ts'

interface CallsOptions {
  /** Milliseconds that only go forward. */
  now: () => number
  onCall: (call: { action: string; result: string; seconds: number }) => void
}

function createCalls({ now, onCall }: CallsOptions): Calls {
  return async ({ action, send, resultOf }) => {
    const began = now()
    const tell = (result: string) => onCall({ action, result, seconds: (now() - began) / 1_000 })
    try {
      const answer = await send({})
      tell(resultOf({ answer }))
      return answer
    } catch (error) {
      tell(resultOf({ error }))
      throw error
    }
  }
}

/** What is done around the calls of an organisation. */
export function watchesOf(organization: string, metrics: CallMetrics): Record<System, Watch> {
  const now = () => performance.now()
  const count = (system: System) => (call: Omit<Call, 'system' | 'organization'>) =>
    metrics.called({ system, organization, ...call })
  return {
    salesforce: {
      calls: createCalls({ now, onCall: count('salesforce') }),
      onUsage: (usage) => metrics.apiRequests({ organization, ...usage }),
    },
    whmcs: { calls: createCalls({ now, onCall: count('whmcs') }) },
  }
}
