/** How numbers, times and ids are written on every page. */
import { type Html, html } from '../html.ts'

/** Up to four digits as they are; more in groups of three. */
export function number(value: number): string {
  return value < 10_000 ? String(value) : value.toLocaleString('en-US')
}

export function counted(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`
}

const UNITS: [string, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
]

/** `3 min`, `2 d`: in the largest unit that it fills. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.max(0, Math.round(seconds * 1_000))} ms`
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ['s', 1]
  const value = seconds / size
  return `${value < 10 && unit !== 's' ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`
}

/** `3 min ago`, or `in 3 min`; the moment itself is in the title, in UTC as the foot of the page says. */
export function ago(date: Date, now: Date): Html {
  const seconds = (now.getTime() - date.getTime()) / 1_000
  const words = Math.abs(seconds) < 1 ? 'now' : seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`
  return html`<time datetime="${date.toISOString()}" title="${moment(date)}">${words}</time>`
}

/** `2026-11-25 18:49:04`. */
export function moment(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ')
}

/** `18:49`, with the day where that is another. */
export function clock(date: Date, now: Date): string {
  const text = moment(date)
  return text.slice(0, 10) === moment(now).slice(0, 10) ? text.slice(11, 16) : text.slice(0, 16)
}

/** An id of Salesforce: the middle, which says nothing, is left out. A click copies it whole. */
export function id(text: string): Html {
  const shown = text.length > 12 ? `${text.slice(0, 5)}…${text.slice(-6)}` : text
  return html`<code class="id" title="${text}" data-copy="${text}">${shown}</code>`
}
