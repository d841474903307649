import t from 'tap'
import { inTime, TooLate } from '../../src/runtime/in-time.ts'

const never = () => new Promise<never>(() => {})
const { signal } = new AbortController()

t.test('inTime gives the answer, whatever it is', async (t) => {
  t.equal(await inTime(Promise.resolve('yes'), { ms: 60_000, signal }), 'yes')
  await t.rejects(inTime(Promise.reject(new Error('no')), { ms: 60_000, signal }), /^no$/)
})

t.test('inTime gives up after that time, and when nobody wants it any more', async (t) => {
  await t.rejects(inTime(never(), { ms: 1, signal }), TooLate)
  const controller = new AbortController()
  const waiting = inTime(never(), { ms: 60_000, signal: controller.signal })
  controller.abort(new Error('enough'))
  await t.rejects(waiting, /enough/)
  await t.rejects(inTime(never(), { ms: 60_000, signal: controller.signal }), /enough/, 'also when it was over before')
})
