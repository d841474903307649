/** When a measure is an alert, and in which words. All thresholds are settings. */
import { ALERT_KINDS, type AlertKind, toAlertKind } from './kinds.ts'
import { percent, size, span } from './words.ts'

/** What the ledger knows of something that may be an alert. */
export interface Measure {
  kind: string
  /** Empty: it concerns the whole installation. */
  organizationId: string
  /** Which of several: a step, a certificate. */
  subject: string
  value: number
  /** What the value is a part of. */
  amount: number | undefined
  words: string | undefined
}

export interface Condition {
  organizationId: string
  kind: AlertKind
  category: string
  subject: string
  message: string
  value: number
  threshold: number
  /** It no longer holds, and is not well either: so that it does not come and go. */
  lingers: boolean
}

export interface AlertRules {
  windowMs: number
  failureRate: number
  oldestMs: number
  deadLetters: number
  securityBurst: number
  messagesRefused: number
  /** Share of Salesforce's calls. */
  budget: number
  expiryMs: number
  /** Bytes. Undefined: nobody minds. */
  ledgerSize: number | undefined
}

/** Fewer say nothing of a rate. */
const LEAST_ORDERS = 10
/** Below this part of the threshold it is well again. */
const WELL = 0.8
/** Of what the ledger may hold. */
const FULL = 0.9
/** A process that works says so every ten seconds. */
const SILENT_SECONDS = 60
/** Streams of events end now and then, and are open again soon. */
const DOWN_SECONDS = 300

/** Undefined: all is well. */
export function toCondition(measure: Measure, rules: AlertRules): Condition | undefined {
  const kind = toAlertKind(measure.kind)
  const judged = kind && judge(kind, measure, rules)
  if (kind === undefined || judged === undefined) return undefined
  const { reached, threshold, message } = judged
  if (reached < WELL) return undefined
  const { organizationId, subject, value } = measure
  return { organizationId, kind, category: ALERT_KINDS[kind], subject, message, value, threshold, lingers: reached < 1 }
}

interface Judged {
  /** 1: it holds; less: how near it is. */
  reached: number
  threshold: number
  message: string
}

function judge(kind: AlertKind, measure: Measure, rules: AlertRules): Judged | undefined {
  const { value, amount = 0, words = '', subject } = measure
  const inWindow = `in the last ${span(rules.windowMs / 1_000)}`
  const over = (threshold: number, message: string) => ({ reached: value / threshold, threshold, message })
  switch (kind) {
    case 'failure_rate':
      if (amount < LEAST_ORDERS) return undefined
      return over(rules.failureRate, `${percent(value)} of the orders that ended ${inWindow} failed (${words})`)
    case 'stage_paused':
      return { reached: 1, threshold: 0, message: `stage ${subject} stands still: ${words}` }
    case 'oldest_waiting':
      return over(rules.oldestMs / 1_000, `an order has been open for ${span(value)}: see soapstone status`)
    case 'dead_letters':
      return over(rules.deadLetters, `${value} dead letters wait for a person: soapstone list --state dead`)
    case 'sweep_found':
      return over(1, `a sweep found ${value} orders of which no message came`)
    case 'messages_refused':
      return over(rules.messagesRefused, `${value} outbound messages were refused ${inWindow} (${words})`)
    case 'security_burst':
      return over(rules.securityBurst, `${value} refused or suspicious requests within two minutes (${words})`)
    case 'salesforce_budget':
      return budget(value, amount, rules)
    case 'subscription_down':
      return over(DOWN_SECONDS, `nothing is read from ${subject}: ${words}`)
    case 'event_position_lost':
      return {
        reached: 1,
        threshold: 0,
        message: `the position in ${subject} was lost: a sweep looks for what may be missing`,
      }
    case 'certificate_expiry':
      return expiry(value, subject, rules)
    case 'ledger_full':
      if (rules.ledgerSize === undefined) return undefined
      return over(rules.ledgerSize * FULL, `the database has ${size(value)} of ${size(rules.ledgerSize)}`)
    case 'no_worker':
      return over(SILENT_SECONDS, `no process works on orders, for ${span(value)} now`)
    default:
      return kind satisfies never
  }
}

function budget(left: number, most: number, { budget: threshold }: AlertRules): Judged {
  const share = most > 0 ? left / most : 1
  return {
    reached: share > 0 ? threshold / share : 1,
    threshold,
    message: `${left} of ${most} calls to Salesforce are left today`,
  }
}

/** There is no way back by itself, and no middle. */
function expiry(seconds: number, subject: string, { expiryMs }: AlertRules): Judged {
  const threshold = expiryMs / 1_000
  const when = seconds > 0 ? `expires in ${span(seconds)}` : 'has expired'
  return { reached: seconds <= threshold ? 1 : 0, threshold, message: `${subject} ${when}` }
}
