import t from 'tap'
import { createShared } from '../../../../src/admin/page/overview/shared.ts'

function build(tookMs = 0) {
  let time = 0
  let reads = 0
  const shared = createShared(
    async (key: string) => {
      time += tookMs
      reads += 1
      return `${key} ${reads}`
    },
    { leastMs: 500, now: () => time },
  )
  return { ...shared, pass: (ms: number) => (time += ms), reads: () => reads }
}

t.test('createShared reads once for all who ask within its time, and once for each key', async (t) => {
  const { get, pass } = build()
  t.same(await Promise.all([get('1h'), get('1h'), get('24h')]), ['1h 1', '1h 1', '24h 2'])
  pass(499)
  t.equal(await get('1h'), '1h 1')
  pass(1)
  t.equal(await get('1h'), '1h 3')
})

t.test('createShared rests the longer the longer it took', async (t) => {
  const { get, pass } = build(200)
  await get('24h')
  pass(3_999)
  t.equal(await get('24h'), '24h 1')
  pass(1)
  t.equal(await get('24h'), '24h 2')
})

t.test('createShared forgets what it knows, and keeps no failure', async (t) => {
  const { get, forget } = build()
  await get('1h')
  forget()
  t.equal(await get('1h'), '1h 2')
  let fails = true
  const other = createShared(
    async () => {
      if (fails) throw new Error('away')
      return 'there'
    },
    { leastMs: 500, now: () => 0 },
  )
  await t.rejects(other.get('1h'), { message: 'away' })
  fails = false
  t.equal(await other.get('1h'), 'there')
})
