/** What a run prints. */
import type { Result } from './result.ts'
import type { Signs } from './signs.ts'

export interface Report {
  orders: number
  concurrency: number
  maxAge: string
  signs: Signs
  result: Result
  /** Calls that read orders from Salesforce after WHMCS's return. */
  queries: number
  memory: ReadonlyMap<string, number[]>
  arriveMs: number
  waitMs: number
  /** From WHMCS's return until nothing was open, and until the first AddOrder. */
  drainMs: number
  firstMs: number
}

export function printReport(report: Report): void {
  const { orders, result, signs, memory } = report
  const drainedIn = report.drainMs - report.firstMs
  const lines: [string, string][] = [
    ['orders', `${orders}, PROVISION_CONCURRENCY ${report.concurrency}, SNAPSHOT_MAX_AGE ${report.maxAge}`],
    ['arrived in', seconds(report.arriveMs)],
    ['WHMCS stayed away for', `${seconds(report.waitMs)} more`],
    ['first AddOrder after its return', seconds(report.firstMs)],
    ['drained', `${seconds(drainedIn)} after that: ${((orders / drainedIn) * 1_000).toFixed(0)} orders/s`],
    ...[...memory].map(([phase, mib]): [string, string] => [`memory while ${phase}`, spread(mib)]),
    ['exactly once', `${result.once} of ${orders}; ${result.inWhmcs} orders in WHMCS, ${result.completed} completed`],
    ['attempts burnt', `${result.burnt.during} by the pause, ${result.burnt.before} before it`],
    [
      'read again',
      `${result.refreshed} orders; ${result.callbacks} callbacks in all, ${report.queries} calls of Salesforce after the return`,
    ],
    ['in order of arrival', inOrder(report)],
    ['status', signs.status],
    ['ready', signs.ready],
    ['metrics', signs.metrics],
  ]
  for (const [name, value] of lines) process.stdout.write(`${name.padEnd(32)}  ${value}\n`)
}

function inOrder({ orders, concurrency, result }: Report): string {
  const { orders: late, afterOutage } = result.overtaken
  const share = ((1 - late / orders) * 100).toFixed(2)
  return `${share} %: ${late} were overtaken by more than ${concurrency * 2} later ones, ${afterOutage} of them had met the outage`
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

/** Minimum, median and maximum; and how it went, in ten steps. */
function spread(mib: number[]): string {
  if (mib.length === 0) return '(too short)'
  const sorted = mib.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)
  const steps = Array.from({ length: 10 }, (_, i) => (mib[Math.floor((i * mib.length) / 10)] ?? 0).toFixed(0))
  return `min ${at(0)}, median ${at(0.5)}, max ${at(1)} MiB; over time ${steps.join(' ')}`
}
