/** A stage: claim a batch, run it, settle every item. One loop for each step; what a step does is its `run`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { toFailure } from '../../domain/failure.ts'
import type { Step, WorkItem } from '../../domain/notification.ts'
import { type Outcome, type RetryPolicy, type Settlement, settle } from '../../domain/outcome.ts'
import type { Log } from '../../runtime/log.ts'
import type { Breaker } from './breaker.ts'
import { createJudge } from './judge.ts'
import { createLeases, type Lease } from './leases.ts'
import { createSettler, type Settled } from './settler.ts'

/** What a stage needs of the ledger. */
export interface Conveyor {
  claim(step: Step, limit: number): Promise<WorkItem[]>
  settle(step: Step, settled: Settled[]): Promise<WorkItem[]>
  renew(items: WorkItem[]): Promise<WorkItem[]>
  release(items: WorkItem[]): Promise<void>
  pause(step: Step, seconds: number, code: string, message: string): Promise<void>
  resume(step: Step): Promise<void>
}

/** One attempt, as the log and the metrics tell of it. */
export interface Attempt {
  item: WorkItem
  settlement: Settlement
  /** How long the run took that it was part of. */
  ms: number
}

export interface StageOptions {
  step: Step
  conveyor: Conveyor
  /** Works on a batch; answers with one outcome an item, in the same order. What it throws fails all of them. */
  run: (items: WorkItem[], signal: AbortSignal) => Promise<Outcome[]>
  /** At most this many items in one run. */
  runSize: number
  /** Runs at the same time. */
  concurrency: number
  /** After a claim of less than `runSize`: how long the next one waits for company, ms. */
  gatherMs: number
  /** At most this many items claimed and not settled. */
  hold: number
  /** Lowers what may be claimed now, e.g. because the next step is far behind. */
  mayClaim?: (wanted: number) => Promise<number>
  policy: RetryPolicy
  breaker: Breaker
  leaseMs: number
  /** The longest wait until the ledger is looked at again. Wakes only shorten it. */
  pollMs: number
  /** Milliseconds that only go forward. */
  now: () => number
  log: Log
  onAttempt: (attempt: Attempt) => void
  /** Something is due at that step now. */
  onDue: (step: Step) => void
}

export interface Stage {
  readonly step: Step
  start(): void
  /** There may be work. */
  wake(): void
  /** Claims no more, gives back what is not begun, waits for what runs - at most `drainMs`, then lets go of it. */
  stop(drainMs: number): Promise<void>
  readonly status: { held: number; breaker: Breaker['state'] }
}

export function createStage(options: StageOptions): Stage {
  const { step, conveyor, runSize, concurrency, hold, breaker, leaseMs, now, log } = options
  const leases = createLeases(leaseMs, now)
  const waiting: Lease[] = []
  /** Until they are settled. */
  const running = new Set<Promise<void>>()
  let busy = 0
  const judge = createJudge({ step, breaker, pauses: conveyor, log })
  const stopping = new AbortController()
  const stopped = new AbortController()
  const write = createSettler({
    step,
    write: (settled) => conveyor.settle(step, settled),
    log,
    signal: stopped.signal,
  })
  let awake = false
  let gatherUntil = 0
  let rouse: (() => void) | undefined
  let loop: Promise<void> | undefined
  let renewal: NodeJS.Timeout | undefined

  function wake(): void {
    awake = true
    rouse?.()
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      await gather()
      if (stopping.signal.aborted) return
      awake = false
      const claimed = await claim().catch((error: unknown) => {
        log.error({ step, err: error }, 'stage.claim_failed')
        return 'failed' as const
      })
      begin()
      if (claimed === 'failed')
        await sleep(Math.min(1_000, options.pollMs), undefined, { signal: stopping.signal }).catch(noop)
      else if (claimed !== 'more' && !awake) await rest(options.pollMs)
    }
  }

  /** Where one call serves many, the claim after a small one waits, so that the next is larger. */
  async function gather(): Promise<void> {
    const left = gatherUntil - now()
    if (left > 0) await sleep(left, undefined, { signal: stopping.signal }).catch(noop)
  }

  /** Waits for a wake or the poll, whichever is first. */
  async function rest(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      rouse = resolve
      timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
    rouse = undefined
  }

  async function claim(): Promise<'more' | 'some' | 'none'> {
    const free = hold - leases.size
    // Large claims are cheap claims: wait until half of what may be held is free, unless there is nothing to do.
    if (free < Math.ceil(hold / 2) && (waiting.length > 0 || busy >= concurrency)) return 'none'
    const admitted = breaker.admit(free)
    const limit = admitted > 0 && options.mayClaim ? await options.mayClaim(admitted) : admitted
    if (limit <= 0) return 'none'
    const askedAt = now()
    const items = await conveyor.claim(step, limit)
    waiting.push(...leases.hold(items, askedAt))
    if (items.length === 0) return 'none'
    gatherUntil = items.length < runSize ? askedAt + options.gatherMs : 0
    // Fewer than asked for may be all that one claim can take: of a pile of one client's orders it takes one.
    return breaker.state === 'closed' ? 'more' : 'some'
  }

  function begin(): void {
    while (waiting.length > 0 && busy < concurrency && !stopping.signal.aborted) {
      const batch = waiting.splice(0, runSize).filter(isHeld)
      if (batch.length === 0) continue
      busy += 1
      const ran = run(batch).finally(() => {
        // The next one needs not wait until this one is written down.
        busy -= 1
        begin()
        wake()
      })
      const done = ran.then(conclude).finally(() => {
        running.delete(done)
        wake()
      })
      running.add(done)
    }
  }

  /** What waited here longer than its lease is another worker's by now. */
  function isHeld(lease: Lease): boolean {
    if (lease.signal.aborted) leases.drop(lease)
    return !lease.signal.aborted
  }

  async function run(batch: Lease[]) {
    const startedAt = now()
    const items = batch.map((lease) => lease.item)
    const outcomes = await options.run(items, anySignal(batch)).catch((error: unknown) => {
      const failure = toFailure(error)
      if (failure.code === 'INTERNAL') log.error({ step, err: failure.cause ?? error }, 'stage.run_failed')
      return items.map(() => ({ kind: 'fail', failure }) as const)
    })
    const judged = await judge(outcomes)
    const settled = items.map((item, i) => {
      const outcome = judged[i] ?? { kind: 'fail', failure: toFailure(new Error('the step gave no outcome')) }
      return { item, settlement: settle(item, outcome, options.policy) }
    })
    return { batch, settled, ms: now() - startedAt }
  }

  async function conclude({ batch, settled, ms }: Awaited<ReturnType<typeof run>>): Promise<void> {
    const written = await write(settled)
    for (const lease of batch) leases.drop(lease)
    for (const { item, settlement } of written) options.onAttempt({ item, settlement, ms })
    const due = written.filter(({ settlement }) => settlement.delayMs === 0)
    for (const next of new Set(due.map(({ settlement }) => settlement.step))) options.onDue(next)
  }

  async function renew(): Promise<void> {
    try {
      const lost = await leases.renew((items) => conveyor.renew(items))
      for (const { item } of lost) log.warn({ step, notificationId: item.notificationId }, 'notification.lease_lost')
    } catch (error) {
      log.error({ step, err: error }, 'stage.renew_failed')
    }
    if (!stopped.signal.aborted) renewal = setTimeout(renew, leaseMs / 3)
  }

  /** Gives back what is not begun and waits for what runs. */
  async function drain(): Promise<void> {
    await loop
    const idle = waiting.splice(0)
    for (const lease of idle) leases.drop(lease)
    await conveyor.release(idle.map((lease) => lease.item)).catch((error: unknown) => {
      log.error({ step, err: error }, 'stage.release_failed')
    })
    await Promise.all(running)
  }

  return {
    step,
    start() {
      loop ??= work()
      renewal ??= setTimeout(renew, leaseMs / 3)
    },
    wake,
    async stop(drainMs) {
      stopping.abort()
      wake()
      const deadline = new AbortController()
      await Promise.race([drain(), sleep(drainMs, undefined, { signal: deadline.signal }).catch(noop)])
      deadline.abort()
      stopped.abort()
      clearTimeout(renewal)
      leases.abortAll('the process shuts down')
    },
    get status() {
      return { held: leases.size, breaker: breaker.state }
    },
  }
}

function noop(): void {}

/** Aborts when every lease of the batch is gone: as long as one is held, the run is worth its end. */
function anySignal(batch: Lease[]): AbortSignal {
  const [only] = batch
  if (only !== undefined && batch.length === 1) return only.signal
  const controller = new AbortController()
  let left = batch.length
  for (const { signal } of batch) {
    signal.addEventListener('abort', () => --left === 0 && controller.abort(signal.reason), { once: true })
  }
  return controller.signal
}
