/** Times as people write them. */
import { Refusal } from './refusal.ts'

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** A day, or a moment; without a zone it is UTC, as everything that is shown. */
const MOMENT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/

/** `2026-11-25`, `2026-11-25T08:30:00Z`, or an age such as `2h`: so long ago. `name` is what the error calls it. */
export function readTime(name: string, text: string, now: Date): Date {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (UNITS[unit ?? ''] ?? 0))
  const [moment, zone] = MOMENT.exec(text) ?? []
  if (moment !== undefined) {
    const iso = moment.replace(' ', 'T')
    const time = new Date(iso.length === 10 || zone !== undefined ? iso : `${iso}Z`)
    // A day that its month does not have becomes one of the next.
    if (!Number.isNaN(time.getTime()) && isOfMonth(iso)) return time
  }
  throw new Refusal('invalid', `${name}: '${text}' is not a time such as 2026-11-25, 2026-11-25T08:30:00Z, or 2h (ago)`)
}

/** Ten years: what lasts longer is as good as for ever, and should say so. */
const LONGEST_LIFETIME = 3_660 * 86_400_000

/** Milliseconds of `90s`, `5m`, `12h`, `90d`. Undefined: this is none, or none that makes sense. */
export function readLifetime(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  const ms = Number(amount) * (UNITS[unit ?? ''] ?? 0)
  return ms > 0 && ms <= LONGEST_LIFETIME ? ms : undefined
}

function isOfMonth(iso: string): boolean {
  const day = new Date(`${iso.slice(0, 10)}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso.slice(0, 10))
}
