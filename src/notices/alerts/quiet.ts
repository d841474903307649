/** Quiet hours: when nobody is told. */

export interface QuietHours {
  /** Minutes of the day. The end may be before the beginning: then it is on the next day. */
  from: number
  to: number
  zone: string
}

export function isQuiet(now: Date, hours: QuietHours | undefined): boolean {
  if (hours === undefined) return false
  const minute = minuteIn(now, hours.zone)
  const { from, to } = hours
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

function minuteIn(now: Date, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const parts = Object.fromEntries(clock.formatToParts(now).map(({ type, value }) => [type, Number(value)]))
  return (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
}
