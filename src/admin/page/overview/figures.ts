/** Four numbers, each beside that of the time before. */
import type { Throughput } from '../../../operations/throughput.ts'
import { type Html, html } from '../html.ts'
import { duration, number } from '../parts/text.ts'
import type { Pace } from '../ports.ts'

export interface Figures {
  points: readonly Throughput[]
  before: readonly Throughput[]
  pace: Pace
}

export function figures({ points, before, pace }: Figures): Html {
  const [done, failed] = [sum(points, 'completed'), sum(points, 'dead')]
  const ended = done + failed
  const { p50Seconds, p95Seconds } = pace
  return html`<dl class="figures">
${figure('Arrived', number(sum(points, 'received')), earlier(before, 'received'))}
${figure('Provisioned', number(done), earlier(before, 'completed'))}
${figure('Success', ended === 0 ? '–' : `${Math.floor((done / ended) * 1_000) / 10} %`, failed === 0 ? 'none failed' : `${number(failed)} failed`)}
${figure('Arrival to provisioned', p50Seconds === undefined ? '–' : duration(p50Seconds), p95Seconds === undefined ? 'no order yet' : `95 % within ${duration(p95Seconds)}`)}
</dl>`
}

export function sum(points: readonly Throughput[], name: 'received' | 'completed' | 'dead'): number {
  return points.reduce((total, point) => total + point[name], 0)
}

function earlier(before: readonly Throughput[], name: 'received' | 'completed'): string {
  return `${number(sum(before, name))} in the time before`
}

function figure(name: string, value: string, note: string): Html {
  return html`<div><dt>${name}</dt><dd><strong>${value}</strong> <span class="quiet">${note}</span></dd></div>`
}
