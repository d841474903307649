/** Write-back: tell Salesforce how it ended. One call for the batch; each order has its own result. */
import type { Failure } from '../../domain/failure.ts'
import type { WorkItem } from '../../domain/notification.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { sessionsOf } from './callback.ts'

export type Report =
  | { orderId: string; kind: 'provisioned'; whmcsOrderId: string; serviceIds: Record<string, string> }
  | { orderId: string; kind: 'failed'; code: string; message: string; whmcsOrderId?: string }

/** Salesforce, as write-back needs it. */
export interface Reports {
  /** Returns a failure for each order that Salesforce refused to change. */
  write(reports: Report[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
}

export function createWriteBack({ reports }: { reports: Reports }) {
  return async (items: WorkItem[], signal: AbortSignal): Promise<Outcome[]> => {
    const toWrite = items.flatMap((item) => toReport(item) ?? [])
    const refused =
      toWrite.length > 0 ? await reports.write(toWrite, sessionsOf(items), signal) : new Map<string, Failure>()
    return items.map((item) => toOutcome(item, refused.get(item.recordId)))
  }
}

function toOutcome(item: WorkItem, failure: Failure | undefined): Outcome {
  if (failure) return { kind: 'fail', failure }
  if (item.failed) return { kind: 'bury' }
  // Sent here without an order in WHMCS, as only a person can: the callback finds out what is to be done.
  return item.whmcsOrderId === undefined ? { kind: 'refresh' } : { kind: 'complete' }
}

function toReport(item: WorkItem): Report | undefined {
  const { recordId: orderId, whmcsOrderId, serviceIds = {} } = item
  if (item.failed) {
    const { code, message } = item.failed
    return { orderId, kind: 'failed', code, message, ...(whmcsOrderId !== undefined && { whmcsOrderId }) }
  }
  return whmcsOrderId === undefined ? undefined : { orderId, kind: 'provisioned', whmcsOrderId, serviceIds }
}
