/** Orders and services that end in WHMCS. */
import { Failure } from '../domain/failure.ts'
import type { Reply, WhmcsClient } from './client.ts'
import { isAccessRefusal } from './failures.ts'

export interface CancellationsOptions {
  client: WhmcsClient
  mails: 'none' | 'send'
  writeTimeoutMs: number
}

export function createCancellations({ client, mails, writeTimeoutMs: timeoutMs }: CancellationsOptions) {
  return {
    /** One that is pending. What its services are then, has to be looked at. */
    async cancelOrder(whmcsOrderId: string, signal: AbortSignal): Promise<void> {
      const parameters = { orderid: whmcsOrderId, ...(mails === 'none' && { noemail: 1 }) }
      const reply = await client.call('CancelOrder', parameters, { timeoutMs, signal })
      if (reply.kind !== 'success') throw cancelFailure('CancelOrder', reply)
    },
    async endService(
      serviceId: string,
      how: 'terminate' | 'request' | 'request-at-end',
      signal: AbortSignal,
    ): Promise<void> {
      if (how === 'terminate') {
        // The name of the parameter varies with the version.
        const parameters = { serviceid: serviceId, accountid: serviceId }
        const reply = await client.call('ModuleTerminate', parameters, { timeoutMs, signal })
        if (reply.kind !== 'success') throw cancelFailure('ModuleTerminate', reply)
        return
      }
      const type = how === 'request' ? 'Immediate' : 'End of Billing Period'
      const parameters = { serviceid: serviceId, type, reason: 'Cancelled in Salesforce' }
      const reply = await client.call('AddCancelRequest', parameters, { timeoutMs, signal })
      // There is one already: that of a try before, or of the client.
      if (reply.kind === 'error' && /^existing cancellation request/i.test(reply.message)) return
      if (reply.kind !== 'success') throw cancelFailure('AddCancelRequest', reply)
    },
  }
}

function cancelFailure(action: string, reply: Exclude<Reply, { kind: 'success' }>): Failure {
  const detail = `${action}: ${reply.kind === 'error' ? reply.message : reply.detail}`
  if (reply.kind === 'not-sent') return new Failure('WHMCS_UNREACHABLE', { detail })
  if (reply.kind === 'unclear') return new Failure('WHMCS_OUTCOME_UNKNOWN', { detail })
  return new Failure(isAccessRefusal(reply) ? 'WHMCS_ACCESS_REFUSED' : 'WHMCS_CANCEL_FAILED', { detail })
}
