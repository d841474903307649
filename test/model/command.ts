/** A command of the model: what it does is checked against the whole ledger afterwards. */
import type { AsyncCommand } from 'fast-check'
import type { Recorder } from '../../src/ledger/record/recorder.ts'
import type { Bench, Worker } from '../helpers/ledger.ts'
import { compare, REAL_SECONDS } from './compare.ts'
import type { Model } from './rules.ts'

export interface Real {
  bench: Bench
  recorder: Recorder
  workers: Map<string, Worker>
  /** How often what happened, over all runs. */
  seen: Map<string, number>
}

export type Command = AsyncCommand<Model, Real>

export function command(name: string, act: (model: Model, real: Real) => Promise<void>): Command {
  return {
    // A machine that is this slow can't tell ten seconds from twenty: what is left of the run is no test any more.
    check: ({ startedAt }) => performance.now() - startedAt < (REAL_SECONDS - 1) * 1_000,
    async run(model, real) {
      model.turn += 1
      await act(model, real)
      await compare(model, real.bench)
      const superseded = [...model.entries.values()].filter(({ state }) => state === 'superseded')
      count(real.seen, 'superseded', superseded.length)
      count(real.seen, 'command')
    },
    toString: () => name,
  }
}

export function count(seen: Map<string, number>, what: string, times = 1): void {
  seen.set(what, (seen.get(what) ?? 0) + times)
}
