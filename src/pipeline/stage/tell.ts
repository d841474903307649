/** Tells of an attempt: one line in the log, with every fact on it, and the metrics. */
import { remedyOf } from '../../domain/codes.ts'
import type { Log } from '../../runtime/log.ts'
import type { Attempt } from './stage.ts'

export interface AttemptMetrics {
  attempted(attempt: { step: string; outcome: string; code: string; seconds: number }): void
}

export function tell({ item, settlement, ms }: Attempt, log: Log, metrics: AttemptMetrics): void {
  const { outcome, code = '', message } = settlement.attempt
  metrics.attempted({ step: item.step, outcome, code, seconds: ms / 1000 })
  const facts = {
    notificationId: item.notificationId,
    recordId: item.recordId,
    step: item.step,
    attempt: item.leaseNo,
    outcome,
    ...(code && { code, message }),
    ...(settlement.whmcsOrderId !== undefined && { whmcsOrderId: settlement.whmcsOrderId }),
    ms: Math.round(ms),
  }
  if (outcome === 'dead' || outcome === 'gave_up') {
    log.error({ ...facts, remedy: remedyOf(code) }, 'notification.attempted')
  } else log.info(facts, 'notification.attempted')
}
