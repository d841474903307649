/** Times the calls to the other systems, and traces them. */
import type { Call, CallMetrics, System } from '../http/call-metrics.ts'
import type { Calls } from '../runtime/calls.ts'
import { inSpan, traceHeaders } from '../runtime/trace.ts'
import type { Watch } from './adapters.ts'

interface CallsOptions {
  system: System
  /** The other side is told of the trace: one that belongs to the same people. */
  propagates: boolean
  /** Milliseconds that only go forward. */
  now: () => number
  onCall: (call: { action: string; result: string; seconds: number }) => void
}

function createCalls({ system, propagates, now, onCall }: CallsOptions): Calls {
  return ({ action, send, resultOf }) =>
    inSpan(`${system} ${action}`, { kind: 'calls', attributes: { 'peer.service': system } }, async (traced) => {
      const began = now()
      const tell = (result: string) => {
        onCall({ action, result, seconds: (now() - began) / 1_000 })
        traced.set({ 'soapstone.result': result })
        if (result !== 'success') traced.fail(result)
      }
      try {
        const answer = await send(propagates ? traceHeaders() : {})
        tell(resultOf({ answer }))
        return answer
      } catch (error) {
        tell(resultOf({ error }))
        throw error
      }
    })
}

/** What is done around the calls of an organisation. */
export function watchesOf(organization: string, metrics: CallMetrics): Record<System, Watch> {
  const now = () => performance.now()
  const count = (system: System) => (call: Omit<Call, 'system' | 'organization'>) =>
    metrics.called({ system, organization, ...call })
  return {
    salesforce: {
      calls: createCalls({ system: 'salesforce', propagates: false, now, onCall: count('salesforce') }),
      onUsage: (usage) => metrics.apiRequests({ organization, ...usage }),
    },
    whmcs: { calls: createCalls({ system: 'whmcs', propagates: true, now, onCall: count('whmcs') }) },
  }
}
