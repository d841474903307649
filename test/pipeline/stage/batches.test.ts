import t from 'tap'
import { createBatches } from '../../../src/pipeline/stage/batches.ts'
import { createLeases, type Lease } from '../../../src/pipeline/stage/leases.ts'
import { numbered, numberOf } from '../../helpers/stage.ts'

const numbers = (batch: Lease[]) => batch.map(({ item }) => numberOf(item))

/** Batches whose runs and settlements end when the test says so. */
function build({ runSize = 2, concurrency = 2 } = {}) {
  const leases = createLeases(60_000, () => 0)
  t.teardown(() => leases.abortAll('end'))
  const runs: { batch: number[]; end: () => void }[] = []
  const settlements: { batch: number[]; end: () => void }[] = []
  const stopping = new AbortController()
  let freed = 0
  const batches = createBatches({
    leases,
    runSize,
    concurrency,
    run: (batch) => new Promise<Lease[]>((resolve) => runs.push({ batch: numbers(batch), end: () => resolve(batch) })),
    conclude: (batch) => new Promise((resolve) => settlements.push({ batch: numbers(batch), end: resolve })),
    onFree: () => (freed += 1),
    signal: stopping.signal,
  })
  const add = (...of: number[]) => batches.add(leases.take(of.map(numbered), 0))
  return { batches, add, runs, settlements, leases, stopping, freed: () => freed }
}
const turn = () => new Promise(setImmediate)

t.test('batches begin in order, as large and as many as they may', async (t) => {
  const { batches, add, runs } = build()
  add(1, 2, 3, 4, 5)
  t.same(
    runs.map(({ batch }) => batch),
    [
      [1, 2],
      [3, 4],
    ],
  )
  t.same([batches.waiting, batches.full], [1, true])
})

t.test('batches go on with the next run while the last one is settled', async (t) => {
  const { batches, add, runs, settlements, freed } = build({ concurrency: 1 })
  add(1, 2, 3)
  runs[0]?.end()
  await turn()
  t.same([settlements[0]?.batch, runs[1]?.batch, freed()], [[1, 2], [3], 1])
  let ended = false
  const all = batches.ended().then(() => (ended = true))
  settlements[0]?.end()
  runs[1]?.end()
  await turn()
  t.equal(ended, false, 'the second is not settled')
  settlements[1]?.end()
  await all
  t.same([batches.waiting, batches.full], [0, false])
})

t.test('batches pass over what was lost while it waited', async (t) => {
  const { add, runs, leases } = build({ runSize: 1, concurrency: 1 })
  add(1, 2, 3)
  await leases.renew(async (items) => items.filter((item) => numberOf(item) === 2))
  runs[0]?.end()
  await turn()
  t.same(
    runs.map(({ batch }) => batch),
    [[1], [3]],
  )
})

t.test('batches begin nothing once the stage stops, and give back what has not begun', async (t) => {
  const { batches, add, runs, stopping } = build({ runSize: 1, concurrency: 1 })
  add(1, 2)
  stopping.abort()
  runs[0]?.end()
  await turn()
  t.equal(runs.length, 1)
  t.same(numbers(batches.withdraw()), [2])
  t.equal(batches.waiting, 0)
})
