import t from 'tap'
import { createRetire, type Retirements } from '../../../src/pipeline/upkeep/retire.ts'
import { every, type Running } from '../../../src/runtime/every.ts'
import { keepLog } from '../../helpers/log.ts'

const AT = new Date('2026-01-01')
const some = (notifications: number, until = AT) => ({
  counts: { notifications, attempts: 3 * notifications, acts: 1, messages: 2, snapshots: 0 },
  until,
})
const NOTHING = { counts: { notifications: 0, attempts: 0, acts: 0, messages: 0, snapshots: 0 } }

interface Given {
  organizations?: Retirements['organizations']
  /** One answer a batch, oldest first; the retirer is stopped while it waits for the last. */
  answers: (() => Awaited<ReturnType<Retirements['retire']>>)[]
  now?: () => number
}

/** Turns until the last batch, during which it is stopped, and what they did. */
async function turns({ organizations = async () => ['one'], answers, now = () => 0 }: Given) {
  const log = keepLog()
  const failures: unknown[] = []
  const asked: [string, Date?][] = []
  const retired: number[] = []
  const rests: number[] = []
  const left = [...answers]
  await new Promise<void>((resolve) => {
    const job = createRetire({
      firstMs: 60_000,
      everyMs: 3_600_000,
      restMs: 100,
      now,
      log,
      onRetired: (notifications) => retired.push(notifications),
      retirements: {
        organizations,
        async retire(organizationId, since) {
          asked.push(since === undefined ? [organizationId] : [organizationId, since])
          const answer = left.shift()
          if (left.length === 0) void running.stop().then(resolve)
          return answer?.()
        },
      },
    })
    const running: Running = every(job, {
      onFailed: (error) => failures.push(error),
      setTimer(run, ms) {
        rests.push(ms)
        return setTimeout(run, 0)
      },
    })
  })
  return { asked, retired, rests, log, failures }
}

t.test('retire goes on from batch to batch until one finds nothing, organisation by organisation', async (t) => {
  const [first, second] = [new Date('2026-01-02'), new Date('2026-01-03')]
  const { asked } = await turns({
    organizations: async () => ['one', 'two'],
    answers: [() => some(500, first), () => some(7, second), () => NOTHING, () => some(2), () => NOTHING],
  })
  t.same(asked, [['one'], ['one', first], ['one', second], ['two'], ['two', AT]])
})

t.test('retire counts every batch, and tells of an episode once', async (t) => {
  let clock = 0
  const { log, retired } = await turns({
    answers: [() => some(500), () => some(7), () => NOTHING],
    now: () => (clock += 5),
  })
  t.same(retired, [500, 7])
  t.same(log.lines, ['info ledger.retired'])
  t.match(log.facts, [{ notifications: 507, attempts: 1521, acts: 2, messages: 4, snapshots: 0, ms: Number }])
})

t.test('retire is silent when nothing is old', async (t) => {
  const { log, retired, asked } = await turns({ answers: [() => NOTHING, () => NOTHING, () => NOTHING] })
  t.same(asked, [['one'], ['one'], ['one']], 'each episode begins at the oldest')
  t.same(retired, [])
  t.same(log.lines, [])
})

t.test('retire leaves it to the process that it meets at it, and tells what it did itself', async (t) => {
  const { log, asked } = await turns({
    organizations: async () => ['one', 'two'],
    answers: [() => some(500), () => undefined, () => NOTHING],
  })
  t.same(asked, [['one'], ['one', AT], ['one']], 'the third is of a new episode')
  t.same(log.lines, ['info ledger.retired'])
})

t.test('retire goes on when the ledger is away, from the oldest', async (t) => {
  const away = () => {
    throw new Error('the ledger is away')
  }
  const { log, asked, failures } = await turns({ answers: [() => some(500), away, () => some(1), () => NOTHING] })
  t.same(asked, [['one'], ['one', AT], ['one'], ['one', AT]])
  t.same(log.lines, ['info ledger.retired', 'info ledger.retired'])
  t.match(failures, [{ message: 'the ledger is away' }])
})

t.test('retire that is stopped ends its batch, and tells what was done', async (t) => {
  const { log, retired } = await turns({ answers: [() => some(500)] })
  t.same(retired, [500])
  t.same(log.lines, ['info ledger.retired'])
})

t.test('retire rests several times as long as the batch took, and never less than it must', async (t) => {
  let clock = 0
  const lasting = (ms: number, answer: typeof NOTHING) => () => {
    clock += ms
    return answer
  }
  const { rests } = await turns({
    answers: [lasting(250, some(500)), lasting(10, some(500)), lasting(10, NOTHING), lasting(0, NOTHING)],
    now: () => clock,
  })
  t.same(rests, [60_000, 1_000, 100, 3_600_000])
})
