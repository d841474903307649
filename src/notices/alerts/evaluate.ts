/** Looks at the ledger again and again, in every process: what is to be known is raised once, and resolved once. */
import type { Job } from '../../runtime/every.ts'
import type { Log } from '../../runtime/log.ts'
import { isQuiet, type QuietHours } from './quiet.ts'
import { type AlertRules, type Condition, type Measure, toCondition } from './rules.ts'

export interface Alerts {
  /**
   * One evaluation, and one transaction: what it changes, and the events that tell of it. Undefined: another process is at
   * it. `later`: what changes is remembered, and told of when somebody may be told again.
   */
  evaluate(judge: (measures: Measure[]) => Condition[], telling: 'now' | 'later'): Promise<Change[] | undefined>
}

export interface Change {
  change: string
  kind: string
  organizationId: string
  alertId: string
  message: string
}

export interface EvaluateOptions {
  alerts: Alerts
  rules: AlertRules
  quietHours: QuietHours | undefined
  everyMs: number
  now: () => Date
  log: Log
  /** Something changed: there may be something to tell. */
  onChanged: () => void
}

export function createEvaluate(options: EvaluateOptions): Job {
  const { alerts, rules, quietHours, everyMs, now, log, onChanged } = options
  const judge = (measures: Measure[]) => measures.flatMap((measure) => toCondition(measure, rules) ?? [])
  return {
    name: 'evaluate-alerts',
    everyMs,
    firstMs: everyMs,
    // Somebody is to know within 15 seconds, also after a ledger that was away.
    longestMs: everyMs,
    async turn() {
      const changes = await alerts.evaluate(judge, isQuiet(now(), quietHours) ? 'later' : 'now')
      for (const { change, ...facts } of changes ?? [])
        log.warn(facts, change === 'resolved' ? 'alert.resolved' : 'alert.raised')
      if (changes !== undefined && changes.length > 0) onChanged()
      return undefined
    },
  }
}
