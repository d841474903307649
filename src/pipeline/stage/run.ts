/** One run of a step over a batch, and the outcome of every item of it. */
import { type Failure, toFailure } from '../../domain/failure.ts'
import type { Step, WorkItem } from '../../domain/notification.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { note } from '../../runtime/exchanges.ts'
import type { Log } from '../../runtime/log.ts'
import type { Lease } from './leases.ts'

/** Works on a batch. Returns one outcome for each item, in the same order. What it throws fails all of them. */
export type Run = (items: WorkItem[], signal: AbortSignal) => Promise<Outcome[]>

export interface RunOptions {
  step: Step
  run: Run
  log: Log
}

export async function runBatch({ step, run, log }: RunOptions, batch: Lease[]): Promise<Outcome[]> {
  const items = batch.map((lease) => lease.item)
  const given = await run(items, untilAllAreLost(batch)).catch((error: unknown) => {
    const failure = toFailure(error)
    return items.map((): Outcome => ({ kind: 'fail', failure }))
  })
  const outcomes = items.map((_, i) => given[i] ?? noOutcome())
  for (const [i, item] of items.entries()) noteReply(step, item, outcomes[i])
  for (const failure of unforeseen(outcomes)) log.error({ step, err: failure.cause ?? failure }, 'stage.run_failed')
  return outcomes
}

/** What a system said of one of many that it was asked for at once. */
function noteReply(step: Step, item: WorkItem, outcome: Outcome | undefined): void {
  if (outcome?.kind !== 'fail' || outcome.failure.reply === undefined) return
  note({ action: step, answered: outcome.failure.reply }, item)
}

function noOutcome(): Outcome {
  return { kind: 'fail', failure: toFailure(new Error('the step gave no outcome')) }
}

/** Logs each unforeseen error once: only the log keeps the stack. */
function unforeseen(outcomes: Outcome[]): Set<Failure> {
  const failures = outcomes.flatMap((outcome) => (outcome.kind === 'fail' ? [outcome.failure] : []))
  return new Set(failures.filter(({ code }) => code === 'INTERNAL'))
}

/** Aborts when every lease of the batch is lost. As long as one is held, the run is worth finishing. */
export function untilAllAreLost(batch: Lease[]): AbortSignal {
  const [only] = batch
  if (only !== undefined && batch.length === 1) return only.signal
  const controller = new AbortController()
  let left = batch.length
  for (const { signal } of batch) {
    signal.addEventListener('abort', () => --left === 0 && controller.abort(signal.reason), { once: true })
  }
  return controller.signal
}
