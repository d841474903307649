/** A stage: claim a batch, run it, settle every item. One loop for each step; what a step does is its `run`. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Step, WorkItem } from '../../domain/notification.ts'
import { type Outcome, type RetryPolicy, toSettlement } from '../../domain/outcome.ts'
import { every, type Running } from '../../runtime/every.ts'
import type { Log } from '../../runtime/log.ts'
import type { Waker } from '../../runtime/waker.ts'
import { createBatches } from './batches.ts'
import type { Breaker } from './breaker.ts'
import { type Claimed, claim } from './claim.ts'
import { createLeases, type Lease } from './leases.ts'
import { createOutages, type Pauses, type StageState } from './outages.ts'
import type { Attempt } from './report.ts'
import { type Run, runBatch } from './run.ts'
import { createSettler, type Settled } from './settler.ts'
import { traceRun } from './trace-run.ts'

/** What a stage needs of the ledger. */
export interface Queue {
  claim(step: Step, limit: number): Promise<WorkItem[]>
  /** Writes how the items ended. Returns those whose lease was lost: nothing was written for them. */
  settle(step: Step, settled: Settled[]): Promise<WorkItem[]>
  /** Prolongs leases. Returns the items whose lease was lost. */
  renew(items: WorkItem[]): Promise<WorkItem[]>
  release(items: WorkItem[]): Promise<void>
}

export interface StageOptions {
  step: Step
  queue: Queue
  pauses: Pauses
  run: Run
  /** At most this many items in one run. */
  runSize: number
  /** Runs at the same time. */
  concurrency: number
  /** How long the next claim waits after one of fewer than `runSize`, so that more can come together, ms. */
  gatherMs: number
  /** At most this many items claimed and not settled. */
  maxLeased: number
  /** How long what has ended waits to be settled while others run, so that one statement is for several, ms. */
  settleGatherMs?: number
  /** Lowers what may be claimed now, e.g. because the next step is far behind. */
  mayClaim?: (wanted: number) => Promise<number>
  policy: RetryPolicy
  breaker: Breaker
  leaseMs: number
  /** Wakes the stage when there may be work. */
  waker: Waker
  /** The longest wait until the ledger is looked at again. Wakes only shorten it. */
  pollMs: number
  /** Milliseconds that only go forward. */
  now: () => number
  log: Log
  /** Called for each attempt whose settlement was written. */
  onAttempt: (attempt: Attempt) => void
  /** Called when something has become due at that step. */
  onDue: (step: Step) => void
}

export interface Stage {
  readonly step: Step
  start(): void
  /** Claims no more, gives back what has not begun, and waits for what runs: at most `drainMs`. */
  stop(drainMs: number): Promise<void>
  readonly status: { leased: number; state: StageState }
}

/** Delay of the next claim after one that failed, ms. */
const CLAIM_AGAIN_MS = 1_000

export function createStage(options: StageOptions): Stage {
  const { step, queue, leaseMs, waker, pollMs, now, log } = options
  const stopping = new AbortController()
  const stopped = new AbortController()
  const leases = createLeases(leaseMs, now)
  const outages = createOutages(options)
  const settle = createSettler({
    step,
    write: (all) => queue.settle(step, all),
    log,
    signal: stopped.signal,
    // No more than that, or what waits to be settled would take the place of what could be claimed.
    ...(options.settleGatherMs !== undefined && {
      gather: { ms: options.settleGatherMs, most: Math.ceil(options.maxLeased / 3) },
    }),
    expecting: () => batches.running,
  })
  const batches = createBatches({ ...options, leases, run, conclude, onFree: waker.wake, signal: stopping.signal })
  const claiming = { ...options, leases, outages }
  /** Their settlement is on its way: a renewal that comes after it does not find them. */
  const settling = new Set<WorkItem>()
  let loop: Promise<void> | undefined
  let renewal: Running | undefined

  async function work(): Promise<void> {
    let gatherUntil = 0
    while (!stopping.signal.aborted) {
      await waitFor(gatherUntil - now())
      if (stopping.signal.aborted) return
      waker.reset()
      const claimed = await tryToClaim()
      batches.add(claimed?.leases ?? [])
      gatherUntil = claimed?.gatherUntil ?? 0
      if (claimed === undefined) await waitFor(Math.min(CLAIM_AGAIN_MS, pollMs))
      else if (!claimed.more) await waker.rest(pollMs)
    }
  }

  async function tryToClaim(): Promise<Claimed | undefined> {
    try {
      return await claim(claiming, batches)
    } catch (error) {
      log.error({ step, err: error }, 'stage.claim_failed')
      return undefined
    }
  }

  async function run(batch: Lease[]): Promise<Ran> {
    const startedAt = now()
    const items = batch.map(({ item }) => item)
    const outcomes = await outages.learn(await traceRun(step, items, () => runBatch(options, batch)))
    return { batch, outcomes, ms: now() - startedAt }
  }

  async function conclude({ batch, outcomes, ms }: Ran): Promise<void> {
    for (const { item } of batch) settling.add(item)
    const written = await settle(toSettled(batch, outcomes, options.policy))
    for (const lease of batch) leases.drop(lease)
    for (const { item } of batch) settling.delete(item)
    for (const { item, settlement } of written) options.onAttempt({ item, settlement, ms })
    for (const next of dueSteps(written)) options.onDue(next)
  }

  async function renew(): Promise<undefined> {
    const lost = await leases.renew((items) => queue.renew(items))
    // What is settled says itself whether it was lost.
    const told = lost.filter(({ item }) => !settling.has(item))
    for (const { item } of told) log.warn({ step, notificationId: item.notificationId }, 'notification.lease_lost')
  }

  /** Gives back what has not begun, and waits for what runs. */
  async function drain(): Promise<void> {
    await loop
    const idle = batches.withdraw()
    for (const lease of idle) leases.drop(lease)
    await queue
      .release(idle.map((lease) => lease.item))
      .catch((error: unknown) => log.error({ step, err: error }, 'stage.release_failed'))
    await batches.ended()
  }

  async function waitFor(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: stopping.signal }).catch(noop)
  }

  return {
    step,
    start() {
      loop ??= work()
      renewal ??= every(
        // No less often while the ledger is away: the lease runs out all the same.
        { name: 'renew', everyMs: leaseMs / 3, longestMs: leaseMs / 3, turn: renew },
        { onFailed: (error) => log.error({ step, err: error }, 'stage.renew_failed') },
      )
    },
    async stop(drainMs) {
      stopping.abort()
      waker.wake()
      const deadline = new AbortController()
      await Promise.race([drain(), sleep(drainMs, undefined, { signal: deadline.signal }).catch(noop)])
      deadline.abort()
      stopped.abort()
      void renewal?.stop()
      leases.abortAll('the process shuts down')
    },
    get status() {
      return { leased: leases.size, state: outages.state }
    },
  }
}

interface Ran {
  batch: Lease[]
  outcomes: Outcome[]
  ms: number
}

function toSettled(batch: Lease[], outcomes: Outcome[], policy: RetryPolicy): Settled[] {
  return batch.flatMap(({ item }, i) => {
    const outcome = outcomes[i]
    return outcome ? [{ item, settlement: toSettlement(item, outcome, policy) }] : []
  })
}

/** The steps at which something is due at once. */
function dueSteps(written: Settled[]): Set<Step> {
  const due = written.filter(({ settlement }) => settlement.delayMs === 0)
  return new Set(due.map(({ settlement }) => settlement.step))
}

function noop(): void {}
