/** Five numbers of the time that the chart shows, each with what it is to be held against. */
import type { Latency } from '../../../operations/latency.ts'
import type { Throughput } from '../../../operations/throughput.ts'
import { type Html, html } from '../html.ts'
import { counted, duration, number } from '../parts/text.ts'

export interface Figures {
  points: readonly Throughput[]
  before: readonly Throughput[]
  latency: Latency
}

export function figures({ points, before, latency: { ack, order } }: Figures): Html {
  const [done, failed] = [sum(points, 'completed'), sum(points, 'dead')]
  const ended = done + failed
  return html`<dl class="figures">
${figure('Arrived', number(sum(points, 'received')), earlier(before, 'received'))}
${figure('Provisioned', number(done), earlier(before, 'completed'))}
${figure('Success', ended === 0 ? '–' : `${Math.floor((done / ended) * 1_000) / 10} %`, failed === 0 ? 'none failed' : `${number(failed)} failed`)}
${figure('95 % Acked within', span(ack.p95Seconds), ack.p50Seconds === undefined ? 'no message in this time' : `half within ${span(ack.p50Seconds)}, ${counted(ack.messages, 'message')}`)}
${figure('95 % provisioned within', span(order.p95Seconds), order.p50Seconds === undefined ? 'no order in this time' : `half within ${span(order.p50Seconds)} of their arrival`)}
</dl>`
}

/** Nobody waits longer for an Ack than a minute: Salesforce does not either. */
function span(seconds: number | undefined): string {
  if (seconds === undefined) return '–'
  return seconds === Number.POSITIVE_INFINITY ? 'more than 1 min' : duration(seconds)
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
