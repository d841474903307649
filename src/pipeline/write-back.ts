/** Write-back: tell Salesforce how it ended. One call for the batch; each order has its own result. */
import type { Failure } from '../domain/failure.ts'
import type { WorkItem } from '../domain/notification.ts'
import type { Outcome } from '../domain/outcome.ts'
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
    const refused = await reports.write(items.map(toReport), sessionsOf(items), signal)
    return items.map((item) => {
      const failure = refused.get(item.recordId)
      if (failure) return { kind: 'fail', failure }
      return item.failed ? { kind: 'bury' } : { kind: 'complete' }
    })
  }
}

function toReport(item: WorkItem): Report {
  const { recordId: orderId, whmcsOrderId, serviceIds = {} } = item
  if (item.failed) {
    const { code, message } = item.failed
    return { orderId, kind: 'failed', code, message, ...(whmcsOrderId !== undefined && { whmcsOrderId }) }
  }
  if (whmcsOrderId === undefined) throw new Error(`order ${orderId} came to write-back without a WHMCS order`)
  return { orderId, kind: 'provisioned', whmcsOrderId, serviceIds }
}
