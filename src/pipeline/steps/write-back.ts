/** Write-back: tell Salesforce how it ended. One call for the batch; each order has its own result. */
import { FAILURES } from '../../domain/codes.ts'
import type { Failure } from '../../domain/failure.ts'
import type { WorkItem } from '../../domain/notification.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { sessionsOf } from './callback.ts'

export type Report =
  | { orderId: string; kind: 'provisioned'; whmcsOrderId: string; serviceIds: Record<string, string> }
  | { orderId: string; kind: 'failed'; code: string; message: string; whmcsOrderId?: string }

/** By order. */
export interface Written {
  /** The order could not be written. */
  refused: Map<string, Failure>
  /** It was, but not the service ids of all of its items. */
  unlinked: Map<string, Failure>
}

/** Salesforce, as write-back needs it. */
export interface Reports {
  write(reports: Report[], sessions: string[], signal: AbortSignal): Promise<Written>
}

/** An order that is done is not held up for long by an item that Salesforce could not save. */
const TRIES_FOR_ITEMS = 3

export function createWriteBack({ reports }: { reports: Reports }) {
  return async (items: WorkItem[], signal: AbortSignal): Promise<Outcome[]> => {
    const toWrite = items.flatMap((item) => toReport(item) ?? [])
    const written = await writeReports(reports, toWrite, sessionsOf(items), signal)
    return items.map((item) => toOutcome(item, written))
  }
}

/** Undefined: there is nothing to report, or it can't be reported. */
export function toReport(item: WorkItem): Report | undefined {
  const { recordId: orderId, whmcsOrderId, serviceIds = {}, failed } = item
  // Who may not read an order may not change it either, and the refusal would look like that of a login without rights.
  if (failed?.code === 'ORDER_NOT_VISIBLE') return undefined
  if (failed) {
    const { code, message } = failed
    return { orderId, kind: 'failed', code, message, ...(whmcsOrderId !== undefined && { whmcsOrderId }) }
  }
  return whmcsOrderId === undefined ? undefined : { orderId, kind: 'provisioned', whmcsOrderId, serviceIds }
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
  if (failure) return { kind: 'fail', failure }
  if (item.failed) return { kind: 'bury' }
  // Sent here without an order in WHMCS, as only a person can: the callback finds out what is to be done.
  if (item.whmcsOrderId === undefined) return { kind: 'refresh' }
  const warning = unlinked.get(item.recordId)
  return warning ? completeWithout(item, warning) : { kind: 'complete' }
}

/** The order is active in WHMCS, and Salesforce says so: a service id that is missing there is no dead letter. */
function completeWithout(item: WorkItem, warning: Failure): Outcome {
  const { class: kind } = FAILURES[warning.code]
  if (kind !== 'permanent' && (kind === 'pause' || item.attempts + 1 < TRIES_FOR_ITEMS)) {
    return { kind: 'fail', failure: warning }
  }
  return { kind: 'complete', note: `Warning: a service id was not written. ${warning.message}` }
}
