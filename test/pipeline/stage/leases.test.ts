import { once } from 'node:events'
import t from 'tap'
import type { WorkItem } from '../../../src/domain/notification.ts'
import { createLeases, leaseTimes } from '../../../src/pipeline/stage/leases.ts'
import { workItem } from '../../helpers/items.ts'

const LONG = 60_000

function build(leaseMs = LONG) {
  const clock = { now: 0 }
  const leases = createLeases(leaseMs, () => clock.now)
  return { clock, leases }
}

t.test('take gives each item a lease of its own', async (t) => {
  const { leases } = build()
  const items = [workItem(), workItem({ notificationId: '04lSs00000Aa02XIAR' })]
  const held = leases.take(items, 0)
  t.teardown(() => leases.abortAll('end'))
  t.same(
    held.map((lease) => lease.item),
    items,
  )
  t.equal(leases.size, 2)
  t.notOk(held.some((lease) => lease.signal.aborted))
})

t.test('a lease runs out by itself, counted from before the claim was sent', async (t) => {
  const { clock, leases } = build()
  clock.now = LONG + 495
  const [lease] = leases.take([workItem()], 500)
  if (lease === undefined) throw new Error('no lease')
  await once(lease.signal, 'abort')
  t.match(lease.signal.reason, { message: 'the lease ran out' })
  t.equal(leases.size, 1, 'it is still held, until somebody drops it')
})

t.test('a lease that is over when the answer comes, as after a freeze, is aborted in that very moment', async (t) => {
  const { clock, leases } = build()
  const [lease] = leases.take([workItem()], 0)
  await leases.renew(async () => {
    clock.now = LONG
    return []
  })
  t.match(lease?.signal, { aborted: true, reason: { message: 'the lease ran out' } })
  t.match(leases.take([workItem()], 0), [{ signal: { aborted: true } }])
})

t.test('drop ends a lease without aborting it', async (t) => {
  const { leases } = build()
  const [lease] = leases.take([workItem()], 0)
  if (lease === undefined) throw new Error('no lease')
  leases.drop(lease)
  leases.drop(lease)
  t.equal(leases.size, 0)
  leases.abortAll('end')
  t.notOk(lease.signal.aborted)
})

t.test('renew asks for all that are held, and aborts what the ledger says is lost', async (t) => {
  const { leases } = build()
  t.teardown(() => leases.abortAll('end'))
  const kept = workItem()
  const lost = workItem({ notificationId: '04lSs00000Aa02XIAR' })
  const [first, second] = leases.take([kept, lost], 0)
  let asked: WorkItem[] = []
  const gone = await leases.renew(async (items) => {
    asked = items
    return [lost]
  })
  t.same(asked, [kept, lost])
  t.same(gone, [second])
  t.match(second?.signal, { aborted: true, reason: { message: 'the lease was lost' } })
  t.equal(first?.signal.aborted, false)
  t.equal(leases.size, 1)
})

t.test('renew asks nothing when nothing is held', async (t) => {
  const { leases } = build()
  t.same(await leases.renew(() => Promise.reject(new Error('asked'))), [])
})

t.test('renew leaves what was dropped meanwhile alone', async (t) => {
  const { leases } = build()
  const item = workItem()
  const [lease] = leases.take([item], 0)
  if (lease === undefined) throw new Error('no lease')
  const gone = await leases.renew(async () => {
    leases.drop(lease)
    return [item]
  })
  t.same(gone, [])
  t.notOk(lease.signal.aborted)
})

t.test('renew prolongs from before it asked: an answer that comes late prolongs less', async (t) => {
  const { clock, leases } = build()
  const [lease] = leases.take([workItem()], 0)
  if (lease === undefined) throw new Error('no lease')
  await leases.renew(async () => {
    clock.now = LONG - 5
    return []
  })
  await once(lease.signal, 'abort')
  t.match(lease.signal.reason, { message: 'the lease ran out' })
})

t.test('renew does not bring back a lease that has run out', async (t) => {
  const { clock, leases } = build()
  clock.now = LONG
  const [lease] = leases.take([workItem()], 0)
  if (lease === undefined) throw new Error('no lease')
  t.same(await leases.renew(async () => []), [])
  t.ok(lease.signal.aborted)
})

t.test('renew that fails leaves the leases as they are', async (t) => {
  const { leases } = build()
  t.teardown(() => leases.abortAll('end'))
  const [lease] = leases.take([workItem()], 0)
  await t.rejects(
    leases.renew(() => Promise.reject(new Error('the ledger is away'))),
    { message: 'the ledger is away' },
  )
  t.equal(lease?.signal.aborted, false)
  t.equal(leases.size, 1)
})

t.test('abortAll lets go of everything, with the reason', async (t) => {
  const { leases } = build()
  const [lease] = leases.take([workItem()], 0)
  leases.abortAll('the process shuts down')
  t.match(lease?.signal, { aborted: true, reason: { message: 'the process shuts down' } })
  t.equal(leases.size, 0)
})

t.test('leaseTimes leaves time for the claim, however late the look for it comes', async (t) => {
  const { leaseMs, rescueEveryMs } = leaseTimes(30)
  t.same({ leaseMs, rescueEveryMs }, { leaseMs: 25_000, rescueEveryMs: 3_750 })
})
