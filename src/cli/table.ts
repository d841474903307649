/** Columns of text, aligned and as wide as the terminal; and times and durations as a person reads them. */
import { oneLine, print } from './print.ts'
import { type Terminal, terminal } from './terminal.ts'

type Cell = string | number | undefined
export type Tone = 'good' | 'bad' | 'busy' | 'dim'

const GAP = 2
/** No column becomes narrower than this. */
const NARROWEST = 8

export function table(header: string[], rows: Cell[][], width?: number): string {
  return lines(header, rows, width).join('\n')
}

/** Colours a row by its tone where there is a terminal to do so. */
export function printTable(
  header: string[],
  rows: Cell[][],
  toneOf: (row: number) => Tone | undefined = () => undefined,
): void {
  const out = terminal()
  const [first = '', ...rest] = lines(header, rows, out.columns)
  print(first, out.bold)
  for (const [i, line] of rest.entries()) print(line, paint(out, toneOf(i)))
}

/** How a state looks. */
export function toneOfState(state: string): Tone | undefined {
  if (state === 'dead') return 'bad'
  if (state === 'completed') return 'good'
  return state === 'working' ? 'busy' : state === 'pending' ? undefined : 'dim'
}

function paint(out: Terminal, tone: Tone | undefined): ((text: string) => string) | undefined {
  return tone === undefined ? undefined : out[tone]
}

function lines(header: string[], rows: Cell[][], width: number | undefined): string[] {
  const cells = [header, ...rows.map((row) => row.map((one) => oneLine(String(one ?? ''))))]
  const widths = fit(
    header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length))),
    width,
  )
  return cells.map((row) =>
    row
      .map((one, column) => cut(one, widths[column] ?? 0).padEnd(widths[column] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
}

/** The widest gives way first, as long as they are too wide together. */
function fit(widths: number[], width: number | undefined): number[] {
  const fitted = [...widths]
  const total = () => fitted.reduce((sum, one) => sum + one + GAP, -GAP)
  while (width !== undefined && total() > width) {
    const widest = Math.max(...fitted)
    if (widest <= NARROWEST) break
    const at = fitted.lastIndexOf(widest)
    fitted[at] = Math.max(NARROWEST, widest - Math.max(1, Math.min(total() - width, widest - secondOf(fitted, widest))))
  }
  return fitted
}

function secondOf(widths: number[], widest: number): number {
  return Math.max(NARROWEST, ...widths.filter((one) => one < widest))
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

/** 95 -> `1m 35s`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [days, hours, minutes, rest] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ]
  if (days > 0) return `${days}d ${hours}h`
  if (hours > 0) return `${hours}h ${minutes}m`
  return minutes > 0 ? `${minutes}m ${rest}s` : `${rest}s`
}

export function time(date: Date | undefined): string {
  return date === undefined
    ? ''
    : date
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z')
}
