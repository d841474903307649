/** The ledger against a model of it: workers, senders, people and time in any order. How it is run: runs.ts. */
import fc from 'fast-check'
import t from 'tap'
import { FAILURES, type FailureCode } from '../../src/domain/codes.ts'
import { Failure } from '../../src/domain/failure.ts'
import { STEPS } from '../../src/domain/notification.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { createRecorder } from '../../src/ledger/record/recorder.ts'
import { createBench } from '../helpers/ledger.ts'
import type { Command, Real } from './command.ts'
import { createModel } from './rules.ts'
import { runsOf, TIMEOUT_MS } from './runs.ts'
import * as worker from './worker-commands.ts'
import * as world from './world-commands.ts'

const WORKERS = ['w1', 'w2', 'w3']
/** What has to come up, or the runs try nothing. */
const SEEN = ['claimed', 'settled', 'settled too late', 'superseded', 'rescued', 'renewed', 'released', 'replayed']

const TABLES = [
  'notification',
  'work',
  'client_lease',
  'outcome',
  'message',
  'attempt',
  'audit',
  'pause',
  'provisioning',
]

const number = fc.nat(44)
const name = fc.constantFrom(...WORKERS)
const step = fc.constantFrom(...STEPS)
const limit = fc.constantFrom(1, 2, 10)
const codes: FailureCode[] = [
  'SALESFORCE_ROW_LOCKED',
  'WHMCS_OUTCOME_UNKNOWN',
  'CLIENT_LINK_MISSING',
  'SALESFORCE_LIMIT',
  'LEDGER_AWAY',
]
const client = fc.constantFrom('7', '8')

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  client.map((whmcsClientId) => ({ kind: 'advance', step: 'provision', whmcsClientId }) as const),
  client.map((whmcsClientId) => ({ kind: 'advance', step: 'provision', whmcsClientId }) as const),
  fc.constantFrom<Outcome>(
    { kind: 'advance', step: 'write_back', whmcsOrderId: '501' },
    { kind: 'complete' },
    { kind: 'complete', whmcsOrderId: '502' },
    { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'It is Draft.' },
    { kind: 'wait', seconds: 50, code: 'WHMCS_OUTCOME_UNKNOWN', message: 'given time' },
    { kind: 'refresh' },
    { kind: 'bury' },
  ),
  fc.constantFrom(...codes).map((code) => ({ kind: 'fail', failure: new Failure(code) }) as const),
)

const recording = fc
  .tuple(fc.array(number, { minLength: 1, maxLength: 6 }), fc.constantFrom('once', 'twice at the same time'))
  .map(([numbers, times]) => world.record(numbers, times))
const claiming = fc.tuple(name, fc.nat(2), limit).map((given) => worker.claim(...given))
const settling = fc
  .tuple(fc.nat(2), fc.constantFrom('first', 'all'), outcome)
  .map((given) => worker.settleSome(...given))
const passing = fc.constantFrom(20, 20, 40, 100).map(world.pass)
const others = fc.oneof(
  fc.nat(2).map(worker.renew),
  fc.tuple(fc.nat(2), limit).map((given) => worker.release(...given)),
  name.map(worker.crash),
  fc.tuple(name, step, fc.constantFrom(10, 70)).map((given) => worker.pause(...given)),
  fc.tuple(name, step).map((given) => worker.resume(...given)),
  number.map(world.accept),
)

const commands: fc.Arbitrary<Command>[] = [
  recording,
  recording,
  claiming,
  claiming,
  claiming,
  fc.tuple(step, limit).map((given) => worker.claimTogether(...given)),
  settling,
  settling,
  settling,
  settling,
  passing,
  passing,
  name.map(worker.rescue),
  name.map(worker.rescue),
  fc.tuple(number, fc.option(step, { nil: undefined })).map((given) => world.replayOne(...given)),
  others,
  others,
]

t.test(
  'the ledger does what the model of it says, whatever happens in whatever order',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const bench = await createBench(t)
    const real: Real = {
      bench,
      recorder: createRecorder({ runner: bench.pool }),
      workers: new Map(WORKERS.map((who) => [who, bench.worker(who)])),
      seen: new Map(),
    }
    const runs = runsOf(40)
    t.comment(`MODEL_SEED=${runs.seed}`)
    const property = fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (run) => {
      // Not truncate: Postgres would plan every statement anew.
      for (const table of TABLES) await bench.rows(`delete from ledger.${table}`)
      await fc.asyncModelRun(() => ({ model: createModel(WORKERS), real }), run)
    })
    await fc.assert(property, runs)
    t.comment(JSON.stringify(Object.fromEntries(real.seen)))
    for (const what of runs.numRuns < 40 ? [] : SEEN) t.ok(real.seen.get(what), what)
  },
)

t.test('the model lets no code of failure out: each class of them is tried', async (t) => {
  t.same(new Set(codes.map((code) => FAILURES[code].class)), new Set(Object.values(FAILURES).map((kind) => kind.class)))
})
