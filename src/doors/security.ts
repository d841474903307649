/** Reports what may be an attack to log and metrics. Each is a line in the log; many in a short time are one line more. */
import type { Log } from '../runtime/log.ts'
import { createSampledLog } from '../runtime/sampled.ts'

/**
 * `notification_id_reused`: an id that is known came with another record than before. `address_refused`: the address is
 * not on the list of the door. `certificate_refused`: there is no client certificate, or it is another one.
 */
export type SecurityEvent =
  | 'wrong_key'
  | 'foreign_organization'
  | 'notification_id_reused'
  | 'address_refused'
  | 'certificate_refused'
  | ClickEvent
  | 'order_access'
/** Of the signed Quick Action: what a request was refused for. */
type ClickEvent =
  | 'click_too_large'
  | 'click_headers'
  | 'click_signature'
  | 'click_time'
  | 'click_body'
  | 'click_nonce'
  | 'click_key'
/** Harmless, unless there are many of them. */
export type Suspicious = 'record_deleted'
export type SecurityKind = SecurityEvent | `burst_${SecurityEvent | Suspicious}`

export interface Security {
  report(event: SecurityEvent, facts: object, count?: number): void
  note(suspicious: Suspicious, facts: object, count: number): void
}

export interface SecurityOptions {
  log: Log
  onEvent: (kind: SecurityKind, count: number) => void
  /** The same, but for bursts, with what is known of it. */
  onReport?: (kind: SecurityEvent, facts: object, count: number) => void
  /** Milliseconds that only go forward. */
  now: () => number
  /** This many of one kind within the window are a burst. */
  burst?: number
  windowMs?: number
}

export function createSecurity(options: SecurityOptions): Security {
  const { log, onEvent, onReport, now, burst = 10, windowMs = 60_000 } = options
  const sampled = createSampledLog(log)
  const windows = new Map<string, { since: number; count: number }>()

  function count(kind: SecurityEvent | Suspicious, facts: object, more: number): void {
    const at = now()
    const known = windows.get(kind)
    const window = known && at - known.since < windowMs ? known : { since: at, count: 0 }
    windows.set(kind, window)
    const before = window.count
    window.count += more
    // Once for each window, when it becomes one.
    if (before >= burst || window.count < burst) return
    log.warn({ kind, count: window.count, seconds: windowMs / 1_000, ...facts }, 'security.burst')
    onEvent(`burst_${kind}`, 1)
  }

  return {
    report(event, facts, more = 1) {
      sampled.warn({ ...facts, ...(more > 1 && { count: more }) }, `security.${event}`)
      onEvent(event, more)
      onReport?.(event, facts, more)
      count(event, facts, more)
    },
    note: count,
  }
}
