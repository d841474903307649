import t from 'tap'
import type { OrderProgress } from '../../src/domain/order-status.ts'
import { createOrderStatuses } from '../../src/operations/order-status.ts'
import { createOrderWatch } from '../../src/operations/order-watch.ts'

/** A ledger that counts what it is asked. */
function build() {
  const orders = new Map<string, OrderProgress>()
  const asked: { ids: readonly string[]; depth: string }[] = []
  let away = false
  const statuses = createOrderStatuses({
    async read(ids, depth) {
      asked.push({ ids, depth })
      if (away) throw new Error('away')
      return ids.flatMap((id) => orders.get(id) ?? [])
    },
  })
  const errors: unknown[] = []
  const watch = createOrderWatch({ statuses, onError: (error) => errors.push(error) })
  const set = (orderId: string, version: string, more: Partial<OrderProgress>) =>
    orders.set(orderId, { orderId, organizationId: '00D', version, ...more })
  return { watch, asked, errors, set, orders, goAway: (is: boolean) => (away = is) }
}

const WORKING = { open: { step: 'provision', failing: false, since: new Date(0) } } as const
const DONE = { accepted: { whmcsOrderId: '7', at: new Date(0) } }
const never = new AbortController().signal

t.test('five hundred that wait for as many orders are one question a look', async (t) => {
  const { watch, asked, set } = build()
  const ids = Array.from({ length: 500 }, (_, i) => `order ${i}`)
  for (const id of ids) set(id, '1', WORKING)
  const waiting = ids.map((id) => watch.settled(id, 60_000, never))
  await watch.look()
  t.ok(asked.length <= 4, `${asked.length} questions to begin with`)
  asked.length = 0
  await watch.look()
  t.match(asked, [{ depth: 'version' }])
  for (const id of ids) set(id, '2', DONE)
  await watch.look()
  t.ok((await Promise.all(waiting)).every(({ over, status }) => over && status?.status === 'Provisioned'))
  t.equal(watch.watched, 0)
})

t.test('many that wait for one order ask for it once', async (t) => {
  const { watch, asked, set } = build()
  set('a', '1', WORKING)
  const waiting = Array.from({ length: 100 }, () => watch.settled('a', 60_000, never))
  await watch.look()
  asked.length = 0
  set('a', '2', DONE)
  watch.hint(['a', 'of nobody'])
  t.match(await Promise.race(waiting), { over: true })
  await Promise.all(waiting)
  t.same(
    asked.map(({ ids }) => ids),
    [['a'], ['a']],
    'its version, and then all of it',
  )
})

t.test('each change is told, once, and none after the end', async (t) => {
  const { watch, set } = build()
  set('a', '1', WORKING)
  const told: (string | undefined)[] = []
  const leave = watch.watch('a', (status) => told.push(status?.status))
  await watch.look()
  await watch.look()
  set('a', '2', DONE)
  await watch.look()
  t.same(told, ['Activating', 'Provisioned'])
  leave()
  set('a', '3', WORKING)
  await watch.look()
  t.equal(told.length, 2)
})

t.test('who comes later is told at once, and the others miss no change by that', async (t) => {
  const { watch, set } = build()
  set('a', '1', WORKING)
  const told: string[] = []
  watch.watch('a', (status) => told.push(`first ${status?.status}`))
  await watch.look()
  set('a', '2', DONE)
  await new Promise<void>((resolve) =>
    watch.watch('a', (status) => resolve(void told.push(`second ${status?.status}`))),
  )
  t.same(told, ['first Activating', 'second Provisioned'])
  await watch.look()
  t.ok(told.includes('first Provisioned'))
})

t.test('a wait ends with its time and with its signal, and knows what is known then', async (t) => {
  const { watch, set } = build()
  set('a', '1', WORKING)
  t.match(await watch.settled('a', 5, never), { over: false, status: { status: 'Activating' } })
  const gone = new AbortController()
  const waiting = watch.settled('a', 60_000, gone.signal)
  gone.abort()
  t.match(await waiting, { over: false })
  t.match(await watch.settled('a', 60_000, AbortSignal.abort()), { over: false })
  t.match(await watch.settled('nobody knows it', 60_000, never), { over: true, status: undefined })
})

t.test('a ledger that is away is asked again', async (t) => {
  const { watch, set, errors, goAway } = build()
  set('a', '1', DONE)
  goAway(true)
  const waiting = watch.settled('a', 60_000, never)
  await t.rejects(watch.look(), { message: 'away' })
  t.equal(errors.length, 1)
  goAway(false)
  await watch.look()
  t.match(await waiting, { over: true, status: { status: 'Provisioned' } })
})

t.test('of two organisations that have the order the one counts in which something happened last', async (t) => {
  const newer = { ended: { state: 'dead', step: 'provision', at: new Date(2), code: 'X' } } as const
  const older = { orderId: 'a', organizationId: 'sandbox', version: '1', accepted: { at: new Date(1) } }
  for (const rows of [
    [older, { ...older, accepted: undefined, ...newer }],
    [{ ...older, ...newer, accepted: undefined }, older],
  ]) {
    const statuses = createOrderStatuses({
      read: async () => rows.map(({ accepted, ...row }) => ({ ...row, ...(accepted && { accepted }) })),
    })
    t.match(await statuses.whole('a'), { status: { status: 'Failed' } })
  }
})
