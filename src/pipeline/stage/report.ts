/** Reports an attempt: one line in the log, with every fact on it, and the metrics. */
import { remedyOf } from '../../domain/codes.ts'
import type { WorkItem } from '../../domain/notification.ts'
import type { Settlement } from '../../domain/outcome.ts'
import type { Log } from '../../runtime/log.ts'
import { traceIdOf } from '../../runtime/trace.ts'

/** An attempt whose settlement has been written. */
export interface Attempt {
  item: WorkItem
  settlement: Settlement
  /** How long the whole run took, ms. */
  ms: number
}

export interface ReportOptions {
  /** Name of the organisation. */
  organization: string
  log: Log
  metrics: {
    attempted(attempt: { organization: string; step: string; outcome: string; code: string; seconds: number }): void
    ended(end: { organization: string; outcome: string; seconds: number }): void
  }
  /** Milliseconds since 1970. */
  now: () => number
}

export function createReport({ organization, log, metrics, now }: ReportOptions) {
  return ({ item, settlement, ms }: Attempt): void => {
    const { outcome, code = '', message } = settlement.attempt
    metrics.attempted({ organization, step: item.step, outcome, code, seconds: ms / 1000 })
    // Nothing is due any more.
    if (settlement.delayMs === undefined) {
      const seconds = Math.max(0, now() - item.receivedAt.getTime()) / 1_000
      metrics.ended({ organization, outcome: settlement.state, seconds })
    }
    const facts = {
      notificationId: item.notificationId,
      recordId: item.recordId,
      step: item.step,
      attempt: item.leaseNo,
      outcome,
      ...(code && { code, message }),
      ...(settlement.whmcsOrderId !== undefined && { whmcsOrderId: settlement.whmcsOrderId }),
      ms: Math.round(ms),
      ...(item.traceparent !== undefined && { traceId: traceIdOf(item.traceparent) }),
    }
    // A report that Salesforce refuses never becomes a dead letter: without this line nobody would hear of it.
    if (outcome === 'dead' || outcome === 'gave_up' || code === 'SALESFORCE_REPORT_NOT_WRITTEN') {
      log.error({ ...facts, remedy: remedyOf(code) }, 'notification.attempted')
    } else log.info(facts, 'notification.attempted')
  }
}
