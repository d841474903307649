/** Orders that Salesforce takes back, or that change what is there: what becomes of them is a setting, or a person's to say. */
import { Failure } from '../../../domain/failure.ts'
import type { OrderRules } from '../../../domain/mapping/mapping.ts'
import type { WorkItem } from '../../../domain/notification.ts'
import type { Outcome } from '../../../domain/outcome.ts'

/**
 * Undefined: WHMCS does not have it, or nothing is to be done about it. `certain`: Salesforce says so itself; that an order can't
 * be found any more is no proof, and a person has to agree. `told`: Salesforce says that it is cancelled in WHMCS, or can't be told.
 */
export function decideCancelled(
  item: WorkItem,
  { cancellations }: OrderRules,
  { why, certain, told }: { why: string; certain: boolean; told: boolean },
): Outcome | undefined {
  const { provisioning, cancellation, whmcsClientId, whmcsOrderId } = item
  if (cancellations === 'ignore' || whmcsClientId === undefined) return undefined
  if (provisioning !== 'added' && provisioning !== 'accepted') return undefined
  if (cancellation === 'cancelled') {
    const note = `${why}; it was cancelled in WHMCS before`
    // A newer notification takes the record over as soon as WHMCS is done, and with it the report that was due.
    return told ? { kind: 'complete', note } : { kind: 'advance', step: 'write_back', note }
  }
  if (cancellation === undefined && (cancellations === 'ask' || !certain)) {
    const detail = `${why}, and is in WHMCS as order ${whmcsOrderId}`
    return { kind: 'fail', failure: new Failure('ORDER_CANCELLED', { record: `Order ${item.recordId}`, detail }) }
  }
  return { kind: 'advance', step: 'provision', whmcsClientId, cancels: true, note: `${why}: it is cancelled in WHMCS` }
}

/** Whether this may be an order that has to be asked for in the recycle bin, though no message brought its data. */
export function mayBeCancelled({ provisioning }: WorkItem, { cancellations }: OrderRules): boolean {
  return cancellations !== 'ignore' && (provisioning === 'added' || provisioning === 'accepted')
}

export function revived({ recordId, whmcsOrderId }: WorkItem): Outcome {
  const detail = `is approved again; WHMCS order ${whmcsOrderId} was cancelled`
  return { kind: 'fail', failure: new Failure('ORDER_REVIVED', { record: `Order ${recordId}`, detail }) }
}

export function changes({ recordId }: WorkItem): Outcome {
  const detail = 'changes services that are there (changeWhen of the mapping)'
  return { kind: 'fail', failure: new Failure('ORDER_IS_CHANGE', { record: `Order ${recordId}`, detail }) }
}
