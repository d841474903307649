import t from 'tap'
import { limited } from '../../src/runtime/limited.ts'

t.test('limited runs so many at a time, in their order, whatever comes of each', async (t) => {
  const run = limited({ most: 2, waitMs: 60_000 })
  const begun: number[] = []
  const ends: (() => void)[] = []
  const work = (n: number) => () =>
    new Promise<number>((resolve, reject) => {
      begun.push(n)
      ends[n] = () => (n === 1 ? reject(new Error('broken')) : resolve(n))
    })
  const all = Promise.allSettled([0, 1, 2, 3].map((n) => run(work(n))))
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  await settled()
  t.same(begun, [0, 1])
  ends[1]?.()
  await settled()
  t.same(begun, [0, 1, 2])
  ends[0]?.()
  await settled()
  t.same(begun, [0, 1, 2, 3])
  ends[2]?.()
  ends[3]?.()
  t.match(await all, [{ value: 0 }, { reason: { message: 'broken' } }, { value: 2 }, { value: 3 }])
})

t.test('limited lets nobody wait longer than he may, and then begins nothing', async (t) => {
  const run = limited({ most: 1, waitMs: 1 })
  let end = () => {}
  const first = run(
    () =>
      new Promise<void>((resolve) => {
        end = resolve
      }),
  )
  let begun = false
  const late = run(async () => {
    begun = true
  })
  await t.rejects(late, { message: /no turn in 1 ms/ })
  end()
  await first
  await run(async () => {})
  t.notOk(begun)
})
