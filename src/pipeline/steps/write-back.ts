/** Write-back: tell Salesforce how each order ended. One call for the batch; every order has its own result. */
import { FAILURES } from '../../domain/codes.ts'
import type { Failure } from '../../domain/failure.ts'
import type { WorkItem } from '../../domain/notification.ts'
import type { Details } from '../../domain/order.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { sessionsOf } from './callback.ts'

export type Report = {
  orderId: string
  /** What else is known of the order in WHMCS. */
  details?: Details
} & (
  | { kind: 'provisioned'; whmcsOrderId: string; serviceIds: Record<string, string> }
  | { kind: 'cancelled' }
  | { kind: 'failed'; code: string; message: string; whmcsOrderId?: string }
)

/** What Salesforce did not take, by order. */
export interface Written {
  /** The order could not be written. */
  refused: Map<string, Failure>
  /** The order was written, but not the service ids of all its items. */
  unlinked: Map<string, Failure>
}

/** Salesforce, as write-back needs it. */
export interface Reports {
  write(reports: Report[], sessions: string[], signal: AbortSignal): Promise<Written>
}

/** An item that Salesforce can't save must not delay an order that is done for long. */
const TRIES_FOR_ITEMS = 3

export function createWriteBack({ reports }: { reports: Reports }) {
  return async (items: WorkItem[], signal: AbortSignal): Promise<Outcome[]> => {
    const toWrite = items.flatMap((item) => toReport(item) ?? [])
    const written = await writeReports(reports, toWrite, sessionsOf(items), signal)
    return items.map((item) => toOutcome(item, written))
  }
}

/** Returns undefined when there is nothing to report, or no way to. */
export function toReport(item: WorkItem): Report | undefined {
  const { recordId: orderId, whmcsOrderId, serviceIds = {}, details, failed } = item
  const beside = {
    ...(details && Object.keys(details).length > 0 && { details }),
  }
  // A user that can't read an order can't change it either. The refusal would look as if the login had no rights at all.
  if (failed?.code === 'ORDER_NOT_VISIBLE') return undefined
  if (failed) {
    const { code, message } = failed
    return { orderId, ...beside, kind: 'failed', code, message, ...(whmcsOrderId !== undefined && { whmcsOrderId }) }
  }
  if (item.cancellation === 'cancelled') return { orderId, ...beside, kind: 'cancelled' }
  return whmcsOrderId === undefined ? undefined : { orderId, ...beside, kind: 'provisioned', whmcsOrderId, serviceIds }
}

async function writeReports(
  reports: Reports,
  toWrite: Report[],
  sessions: string[],
  signal: AbortSignal,
): Promise<Written> {
  if (toWrite.length === 0) return { refused: new Map(), unlinked: new Map() }
  return reports.write(toWrite, sessions, signal)
}

export function toOutcome(item: WorkItem, { refused, unlinked }: Written): Outcome {
  const failure = refused.get(item.recordId)
  // It may have been cancelled because it was deleted: then nobody can be told.
  const gone = item.cancellation === 'cancelled' && failure?.code === 'SALESFORCE_RECORD_DELETED'
  if (gone) return { kind: 'complete', note: 'The order is not in Salesforce any more.' }
  if (failure) return { kind: 'fail', failure }
  if (item.failed) return { kind: 'bury' }
  // Only a person can have sent it here without an order in WHMCS. The callback finds out what to do.
  if (item.whmcsOrderId === undefined) return { kind: 'refresh' }
  const warning = unlinked.get(item.recordId)
  return warning ? completeWithout(item, warning) : { kind: 'complete' }
}

/** The order is active in WHMCS, and Salesforce says so. A missing service id is no reason for a dead letter. */
function completeWithout(item: WorkItem, warning: Failure): Outcome {
  const { class: kind } = FAILURES[warning.code]
  if (kind !== 'permanent' && (kind === 'pause' || item.attempts + 1 < TRIES_FOR_ITEMS)) {
    return { kind: 'fail', failure: warning }
  }
  return { kind: 'complete', note: `Warning: a service id was not written. ${warning.message}` }
}
