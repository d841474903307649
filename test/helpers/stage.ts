/** A stage over a ledger that is a list in memory. */
import type { Test } from 'tap'
import type { WorkItem } from '../../src/domain/notification.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { createBreaker } from '../../src/pipeline/stage/breaker.ts'
import type { Attempt } from '../../src/pipeline/stage/report.ts'
import type { Run } from '../../src/pipeline/stage/run.ts'
import type { Settled } from '../../src/pipeline/stage/settler.ts'
import { createStage, type StageOptions } from '../../src/pipeline/stage/stage.ts'
import { createWaker } from '../../src/runtime/waker.ts'
import { workItem } from './items.ts'
import { keepLog } from './log.ts'
import { until } from './until.ts'

/** Work item number n. */
export function numbered(n: number): WorkItem {
  return workItem({ notificationId: `04lSs00000Aa${String(n).padStart(6, '0')}`, recordId: `record ${n}` })
}

export function numberOf(item: WorkItem): number {
  return Number(item.recordId.split(' ')[1])
}

/** Says the same of every item. */
export const always =
  (outcome: Outcome): Run =>
  async (items) =>
    items.map(() => outcome)

/** A run that ends when the test says so. */
export function held() {
  const runs: { items: WorkItem[]; signal: AbortSignal; end: (outcome: Outcome) => void }[] = []
  const run: Run = (items, signal) =>
    new Promise((resolve) => {
      runs.push({ items, signal, end: (outcome) => resolve(items.map(() => outcome)) })
    })
  return { run, runs, begun: (count: number) => until(() => runs.length >= count && runs, `${count} runs`) }
}

export function createTestStage(t: Test, run: Run, options: Partial<StageOptions> = {}) {
  const due: WorkItem[] = []
  const claimed: WorkItem[] = []
  const limits: number[] = []
  const settled: Settled[] = []
  const released: WorkItem[] = []
  const pauses: unknown[][] = []
  const attempts: Attempt[] = []
  const dueAt: string[] = []
  const lost = new Set<WorkItem>()
  /** Numbers of items whose lease turns out to be lost when they are settled. */
  const gone = new Set<number>()
  /** The ledger's, and what it has in ledger.pause. */
  const clock = { now: 0 }
  const row: { until?: number } = {}
  const waker = createWaker()
  const claimThrows: Error[] = []
  const log = keepLog()
  const stage = createStage({
    step: 'callback',
    run,
    queue: {
      async claim(_step, limit) {
        const error = claimThrows.shift()
        if (error) throw error
        limits.push(limit)
        const items = due.splice(0, limit)
        claimed.push(...items)
        return items
      },
      async settle(_step, group) {
        settled.push(...group)
        return group.map(({ item }) => item).filter((item) => gone.has(numberOf(item)))
      },
      renew: async (items) => items.filter((item) => lost.has(item)),
      release: async (items) => void released.push(...items),
    },
    pauses: {
      async pause(step, why) {
        pauses.push(['pause', step, why])
        row.until = clock.now + why.seconds * 1_000
      },
      async resume(step) {
        pauses.push(['resume', step])
        delete row.until
      },
      current: async () => (row.until === undefined ? undefined : { secondsLeft: (row.until - clock.now) / 1_000 }),
    },
    runSize: 10,
    concurrency: 2,
    maxLeased: 20,
    gatherMs: 0,
    policy: { schedule: [1_000], unknownDelayMs: 5_000, pauseDelayMs: 1_000, random: () => 0.5 },
    breaker: createBreaker({ threshold: 2, coolDowns: [5_000] }),
    leaseMs: 60_000,
    waker,
    pollMs: 60_000,
    now: () => performance.now(),
    log,
    onAttempt: (attempt) => attempts.push(attempt),
    onDue: (step) => dueAt.push(step),
    ...options,
  })
  t.teardown(() => stage.stop(0))
  return {
    stage,
    due,
    claimed,
    limits,
    settled,
    released,
    pauses,
    attempts,
    dueAt,
    lost,
    gone,
    clock,
    row,
    wake: waker.wake,
    claimThrows,
    log,
    /** Puts items 1 to n into the ledger and starts. */
    start(n: number) {
      for (let i = 1; i <= n; i++) due.push(numbered(i))
      stage.start()
    },
    ended: (count: number) => until(() => attempts.length >= count, `${count} attempts`),
  }
}
