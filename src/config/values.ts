/** How the text of a setting becomes its value. Each throws an Error whose message ends the sentence "NAME ...". */
import { toId18 } from '../domain/salesforce-id.ts'

/** A way to read a text, and in words what it takes: for `soapstone config` and the README. */
interface Reader<T> {
  parse: (text: string) => T
  allowed: string
}

export function some(text: string): string {
  return matching(text, /\S/, 'is blank')
}

export function matching(text: string, pattern: RegExp, otherwise: string): string {
  if (!pattern.test(text)) throw new Error(otherwise)
  return text
}

export function wholeNumber(least: number, most: number, factor = 1): Reader<number> {
  return {
    allowed: `${least} to ${most}`,
    parse(text) {
      const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
      if (!(number >= least && number <= most)) throw new Error(`is not a whole number from ${least} to ${most}`)
      return number * factor
    },
  }
}

/** Nothing at all is an answer, too. */
export function orEmpty<T>({ parse, allowed }: Reader<T>): Reader<T | undefined> {
  return { allowed: `${allowed}, or nothing`, parse: (text) => (text === '' ? undefined : parse(text)) }
}

/** `off` is undefined. */
export function numberOrOff({ parse, allowed }: Reader<number>): Reader<number | undefined> {
  return { allowed: `${allowed}, or off`, parse: (text) => (text === 'off' ? undefined : parse(text)) }
}

/** Several texts, separated by commas. */
export function secrets(text: string): string[] {
  const all = text.split(',').map((one) => one.trim())
  if (all.includes('')) throw new Error('has an empty secret between its commas')
  return all
}

export function oneOf<const T extends string>(...choices: readonly T[]): Reader<T> {
  return {
    allowed: choices.join(', '),
    parse(text) {
      const found = choices.find((choice) => choice === text)
      if (found === undefined) throw new Error(`is none of ${choices.join(', ')}`)
      return found
    },
  }
}

/** Milliseconds; the bounds are written as a person would. */
export function durationBetween(least: string, most: string): Reader<number> {
  const [shortest, longest] = [duration(least), duration(most)]
  return {
    allowed: `${least} to ${most}`,
    parse(text) {
      const ms = duration(text)
      if (ms < shortest || ms > longest) throw new Error(`is not from ${least} to ${most}`)
      return ms
    },
  }
}

/** `off` is undefined. */
export function durationOrOff(least: string, most: string): Reader<number | undefined> {
  return numberOrOff(durationBetween(least, most))
}

/** Several, separated by commas. */
export function durationsBetween(least: string, most: string, count: number): Reader<number[]> {
  const { parse, allowed } = durationBetween(least, most)
  return {
    allowed: `up to ${count}, each ${allowed}`,
    parse(text) {
      const parts = text.split(',')
      if (parts.length > count) throw new Error(`has more than ${count} durations`)
      return parts.map((part) => parse(part.trim()))
    },
  }
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of `500ms`, `5s`, `2m`, `1h`, `1d`. */
function duration(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? []
  const factor = UNITS[unit ?? '']
  if (amount === undefined || factor === undefined)
    throw new Error(`'${text}' is not a duration such as 500ms, 5s, 2m, 1h`)
  return Number(amount) * factor
}

export function organization(text: string): string {
  const id = toId18(text)
  if (id === undefined || !text.startsWith('00D'))
    throw new Error('is not an organisation id (00D..., 15 or 18 characters)')
  return id
}

/** A part of a whole, above nothing. */
export function share(): Reader<number> {
  return {
    allowed: 'above 0, up to 1',
    parse(text) {
      const number = /^\d(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
      if (!(number > 0 && number <= 1)) throw new Error('is not a number above 0, up to 1, such as 0.1')
      return number
    },
  }
}

/** Minutes of the day, in a time zone. */
export interface QuietHours {
  from: number
  to: number
  zone: string
}

export function quietHours(text: string): QuietHours {
  const [, from = '', to = '', zone = 'UTC'] = /^(\d\d:\d\d)-(\d\d:\d\d)(?: +(\S+))?$/.exec(text) ?? []
  const [start, end] = [minuteOf(from), minuteOf(to)]
  if (start === undefined || end === undefined || start === end)
    throw new Error('is not two times of day such as 22:00-06:00, with a time zone or without')
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    throw new Error(`names no time zone: ${zone}; use a name such as Europe/Berlin`)
  }
  return { from: start, to: end, zone }
}

function minuteOf(time: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}

/** Names of fields, with `*` for any letters. */
export function names(text: string): readonly string[] {
  const all = text.split(',').map((name) => name.trim())
  const wrong = all.find((name) => !/^[\w*.]{1,80}$/.test(name) || /^\*+$/.test(name))
  if (wrong !== undefined) throw new Error(`has '${wrong}', which is not the name of a field`)
  return all
}
