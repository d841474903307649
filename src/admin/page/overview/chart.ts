/** What arrived and how it ended, as a picture that the server draws: no script, and a table for who can't see it. */
import type { Throughput } from '../../../operations/throughput.ts'
import { type Html, html } from '../html.ts'
import { number } from '../parts/text.ts'

const WIDTH = 760
const HEIGHT = 170
/** Left free below, for the times. */
const BELOW = 28
/** Left free above, for the number of the topmost line. */
const ABOVE = 26

export interface ChartOptions {
  points: readonly Throughput[]
  /** How a time is written below it. */
  label: (at: Date) => string
  /** Said instead of the picture. */
  title: string
}

export function chart({ points, label, title }: ChartOptions): Html {
  const most = Math.max(1, ...points.map(({ received, completed, dead }) => Math.max(received, completed + dead)))
  const top = niceAbove(most)
  const slot = WIDTH / Math.max(1, points.length)
  const y = (value: number) => HEIGHT - (value / top) * (HEIGHT - ABOVE)
  const x = (i: number) => i * slot
  return html`<figure class="chart">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT + BELOW}" role="img" aria-label="${title}">
${[0, top / 2, top].map((value) => grid(value, y(value)))}
${points.map((point, i) => bars(point, { x: x(i) + slot * 0.15, width: Math.max(1, slot * 0.7), y }))}
<path class="arrived" d="${steps(points, { x, y, slot })}"/>
${points.map((point, i) => (i % Math.ceil(points.length / 6) === 0 ? html`<text class="scale" x="${round(x(i))}" y="${HEIGHT + BELOW - 6}">${label(point.at)}</text>` : html``))}
</svg>
<figcaption><span class="key arrived">arrived</span> <span class="key completed">provisioned</span> <span class="key dead">failed</span></figcaption>
<details><summary>As a table</summary>${table(points, label)}</details>
</figure>`
}

/** A line, and what it stands for above its left end. */
function grid(value: number, y: number): Html {
  const label = value === 0 ? undefined : html`<text class="scale" x="0" y="${round(y) - 4}">${number(value)}</text>`
  return html`<line class="grid" x1="0" x2="${WIDTH}" y1="${round(y)}" y2="${round(y)}"/>${label}`
}

/** One among a hundred is to be seen, too. */
const LEAST = 2

interface Place {
  x: number
  width: number
  y: (value: number) => number
}

/** Failed on top of what was provisioned. */
function bars({ completed, dead }: Throughput, { x, width, y }: Place): Html {
  const bar = (kind: string, from: number, to: number) =>
    to === from
      ? html``
      : html`<rect class="${kind}" x="${round(x)}" y="${round(y(to))}" width="${round(width)}" height="${round(Math.max(LEAST, y(from) - y(to)))}"/>`
  return html`${bar('completed', 0, completed)}${bar('dead', completed, completed + dead)}`
}

function steps(
  points: readonly Throughput[],
  { x, y, slot }: { x: (i: number) => number; y: Place['y']; slot: number },
): string {
  return points
    .map(({ received }, i) => `${i === 0 ? 'M' : 'L'}${round(x(i))} ${round(y(received))}H${round(x(i) + slot)}`)
    .join('')
}

function table(points: readonly Throughput[], label: (at: Date) => string): Html {
  return html`<table><thead><tr><th scope="col">From</th><th scope="col">Arrived</th><th scope="col">Provisioned</th><th scope="col">Failed</th></tr></thead><tbody>
${points.map((one) => html`<tr><th scope="row">${label(one.at)}</th><td>${number(one.received)}</td><td>${number(one.completed)}</td><td>${number(one.dead)}</td></tr>`)}
</tbody></table>`
}

const NICE = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10]

/** A few times a power of ten, so that lines stand for numbers that one knows. */
function niceAbove(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most))
  const nice = (NICE.find((step) => step * power >= most) ?? 10) * power
  return nice < 10 ? 2 * Math.ceil(nice / 2) : Math.round(nice)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
