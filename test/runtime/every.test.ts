import t from 'tap'
import { every, type Job } from '../../src/runtime/every.ts'

type Turn = Job['turn']

/** Turns that come as soon as the last has ended; stopped during the last of them. */
async function run(turns: Turn[], job: Partial<Job> = {}) {
  const rests: number[] = []
  const failures: unknown[] = []
  const recovered: number[] = []
  let ended = 0
  const left = [...turns]
  await new Promise<void>((resolve) => {
    const running = every(
      {
        name: 'test',
        everyMs: 1_000,
        end: () => (ended += 1),
        ...job,
        turn() {
          const turn = left.shift()
          if (left.length === 0) void running.stop().then(resolve)
          return turn?.() ?? Promise.resolve(undefined)
        },
      },
      {
        onFailed: (error) => failures.push(error),
        onRecovered: (count) => recovered.push(count),
        setTimer(begin, ms) {
          rests.push(ms)
          return setTimeout(begin, 0)
        },
      },
    )
  })
  return { rests, failures, recovered, ended }
}

const fine: Turn = async () => undefined
const bad: Turn = () => Promise.reject(new Error('away'))

t.test('every rests before the first turn and between two, as long as it is told', async (t) => {
  t.same((await run([fine, fine, fine])).rests, [1_000, 1_000, 1_000])
  t.same((await run([fine, fine], { firstMs: 5 })).rests, [5, 1_000])
  t.same((await run([async () => 70, fine])).rests, [1_000, 70], 'a turn may say when the next one comes')
})

t.test('every tells of failures in a row once, comes less and less often, and tells when it is over', async (t) => {
  const { rests, failures, recovered } = await run([bad, bad, bad, fine, bad, fine])
  t.same(rests, [1_000, 1_000, 2_000, 4_000, 1_000, 1_000])
  t.match(failures, [{ message: 'away' }, { message: 'away' }])
  t.same(recovered, [3, 1])
})

t.test('every backs off no further than it may', async (t) => {
  t.same((await run([bad, bad, bad, fine], { longestMs: 1_500 })).rests, [1_000, 1_000, 1_500, 1_500])
  const many = await run(Array.from({ length: 9 }, () => bad))
  t.equal(many.rests.at(-1), 60_000)
  t.equal((await run([bad, bad, fine], { everyMs: 3_600_000 })).rests.at(-1), 3_600_000)
})

t.test('stop waits for the turn under way, begins no other, and ends the job once', async (t) => {
  let [begun, done, ended] = [0, 0, 0]
  let endTurn = () => {}
  const turn = new Promise<undefined>((resolve) => {
    endTurn = () => resolve(undefined)
  })
  const begins: (() => void)[] = []
  const running = every(
    {
      name: 'test',
      everyMs: 1,
      end: () => (ended += 1),
      async turn() {
        begun += 1
        return await turn
      },
    },
    {
      onFailed() {},
      setTimer(begin) {
        begins.push(begin)
        return setTimeout(() => {}, 0)
      },
    },
  )
  begins[0]?.()
  const stopped = Promise.all([running.stop(), running.stop()]).then(() => (done += 1))
  await new Promise(setImmediate)
  t.same([begun, done, ended], [1, 0, 0])
  endTurn()
  await stopped
  t.same([begun, done, ended, begins.length], [1, 1, 1, 1])
})
