/** One look at how it goes, as text: stages, what stands still, dead letters, the last hour. */
import type { Failures } from '../operations/failures.ts'
import type { Latency } from '../operations/latency.ts'
import type { Status } from '../operations/status.ts'
import type { Throughput } from '../operations/throughput.ts'
import { oneLine } from './print.ts'
import { span, table, time } from './table.ts'

export interface Look {
  status: Status
  failures: Failures[]
  /** Of the last hour. */
  minutes: Throughput[]
  /** Of the last hour. */
  latency: Latency
  now: Date
  /** Undefined: a line may be as long as it likes. */
  columns: number | undefined
}

const BARS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

export function overview({ status, failures, minutes, latency, now, columns }: Look): string {
  const parts = [
    `soapstone  ${time(now)}  ${status.ready ? 'ready' : 'NOT READY'}  marker ${status.marker}`,
    stages(status, columns),
    lastHour(minutes),
    waits(latency),
    ...status.workers.map(
      ({ worker, version, startedAt }) =>
        `process ${worker}  ${version}  up ${span((now.getTime() - startedAt.getTime()) / 1_000)}`,
    ),
    ...(status.salesforce
      ? [`Salesforce calls left today: ${status.salesforce.remaining} of ${status.salesforce.max}`]
      : []),
    failures.length === 0 ? 'no dead letters' : deadLetters(failures, columns),
  ]
  return parts.join('\n\n')
}

function stages({ organizations }: Status, columns: number | undefined): string {
  const rows = organizations.flatMap(({ name, stages }) =>
    stages.map(({ step, waiting, working, oldestSeconds, paused }) => [
      name,
      step,
      waiting,
      working,
      waiting + working > 0 ? span(oldestSeconds) : '-',
      paused ? `${paused.code}: ${paused.message}` : '',
    ]),
  )
  return table(['ORGANISATION', 'STEP', 'WAITING', 'WORKING', 'OLDEST', 'STANDS STILL'], rows, columns)
}

function lastHour(minutes: Throughput[]): string {
  const sum = (name: 'received' | 'completed' | 'dead') => minutes.reduce((all, one) => all + one[name], 0)
  const names = ['received', 'completed', 'dead'] as const
  return names
    .map((name) => `${name.padEnd(9)} ${String(sum(name)).padStart(7)}  ${bars(minutes.map((one) => one[name]))}`)
    .join('\n')
}

function waits({ ack, order }: Latency): string {
  return `95 % of ${ack.messages} messages Acked within ${seconds(ack.p95Seconds)}, 95 % of orders provisioned within ${seconds(order.p95Seconds)}`
}

function seconds(value: number | undefined): string {
  if (value === undefined) return '-'
  return value === Number.POSITIVE_INFINITY ? 'more than 60 s' : `${Math.round(value * 1_000) / 1_000} s`
}

function bars(values: number[]): string {
  const most = Math.max(1, ...values)
  return values.map((one) => BARS[Math.ceil((one / most) * (BARS.length - 1))] ?? ' ').join('')
}

function deadLetters(failures: Failures[], columns: number | undefined): string {
  const rows = failures
    .slice(0, 10)
    .map(({ code, count, lastAt, remedy }) => [count, code, time(lastAt), oneLine(remedy ?? '')])
  return table(['DEAD', 'CODE', 'LAST', 'WHAT HELPS'], rows, columns)
}
