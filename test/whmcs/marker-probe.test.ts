import t from 'tap'
import { Failure } from '../../src/domain/failure.ts'
import { createMarkerProbe, type KnownOrder } from '../../src/whmcs/marker-probe.ts'
import { keepLog } from '../helpers/log.ts'

const NEW: KnownOrder = { clientId: '7', orderId: 'new', whmcsOrderId: '1010' }
const KNOWN: KnownOrder = { clientId: '8', orderId: 'known', whmcsOrderId: '1001' }
const OLDER: KnownOrder = { clientId: '9', orderId: 'older', whmcsOrderId: '1000' }
const { signal } = new AbortController()

/** A WHMCS with these orders; `marked`: those whose markers can be read. */
function build({
  known = [KNOWN],
  there = [KNOWN, OLDER],
  marked = [KNOWN],
}: Partial<Record<'known' | 'there' | 'marked', KnownOrder[]>> = {}) {
  const clock = { now: 0 }
  const log = keepLog()
  const world = { known, there, marked, searched: [] as string[], away: undefined as Error | undefined, refuses: '' }
  const probe = createMarkerProbe({
    async search({ clientId, orderId }) {
      world.searched.push(orderId)
      if (world.away) throw world.away
      if (clientId === world.refuses) throw new Failure('WHMCS_QUESTION_REFUSED')
      const of = (orders: KnownOrder[]) => orders.filter((order) => order.clientId === clientId)
      const ids = (orders: KnownOrder[]) => orders.map(({ whmcsOrderId }) => whmcsOrderId)
      return { all: ids(of(world.there)), marked: ids(of(world.marked).filter((order) => order.orderId === orderId)) }
    },
    known: async () => world.known,
    now: () => clock.now,
    log,
  })
  return { probe, world, clock, log, search: () => probe.search({ ...NEW, lists: 'orders' }, signal) }
}

t.test('search says that nothing is marked only when the marker of a known order can be read', async (t) => {
  const readable = build()
  t.same(await readable.search(), { all: [], marked: [] })
  t.equal(readable.probe.verdict, 'readable')
  t.same(readable.log.lines, ['info whmcs.marker_readable'])
  const unreadable = build({ marked: [] })
  t.same(await unreadable.search(), { all: [] })
  t.equal(unreadable.probe.verdict, 'unreadable')
  t.same(unreadable.log.lines, ['error whmcs.marker_unreadable'])
})

t.test('search looks at known orders once, not before every order', async (t) => {
  const { world, search } = build()
  await Promise.all([search(), search()])
  await search()
  t.same(
    world.searched.filter((orderId) => orderId === KNOWN.orderId),
    [KNOWN.orderId],
  )
})

t.test('search is content with one known order whose marker can be read', async (t) => {
  const { search } = build({ known: [OLDER, KNOWN] })
  t.same(await search(), { all: [], marked: [] })
})

t.test('search concludes nothing from an order that is not in WHMCS any more, or from none', async (t) => {
  for (const given of [{ there: [] }, { known: [] }]) {
    const { search, probe } = build(given)
    t.same(await search(), { all: [] })
    t.equal(probe.verdict, 'unknown')
    await probe.accepted(KNOWN, signal)
    t.equal(probe.verdict, given.there ? 'unreadable' : 'readable')
  }
})

t.test(
  'accepted takes an order that was just accepted and is not listed for one whose marker is unreadable',
  async (t) => {
    const { search, probe, world, clock, log } = build()
    await search()
    world.there = []
    clock.now += 600_000
    await probe.accepted(NEW, signal)
    t.equal(probe.verdict, 'unreadable')
    t.equal(log.lines.at(-1), 'error whmcs.marker_unreadable')
    t.same(await search(), { all: [] }, 'silence is no proof any more')
  },
)

t.test('search of a new installation trusts in an order that it finds by its marker', async (t) => {
  const { search, probe, world } = build({ known: [], there: [NEW], marked: [NEW] })
  t.same(await search(), { all: ['1010'], marked: ['1010'] })
  t.equal(probe.verdict, 'readable')
  world.marked = []
  t.same(await search(), { all: ['1010'], marked: [] })
})

t.test('search fails when WHMCS is away, and looks at known orders when it is back', async (t) => {
  const { search, world, probe } = build()
  world.away = new Error('away')
  await t.rejects(search(), /away/)
  world.away = undefined
  t.same(await search(), { all: [], marked: [] })
  t.equal(probe.verdict, 'readable')
})

t.test('search goes on with the next known order when WHMCS answers nothing about the client of one', async (t) => {
  const { search, world } = build({ known: [OLDER, KNOWN] })
  world.refuses = OLDER.clientId
  t.same(await search(), { all: [], marked: [] })
})

t.test('accepted looks at an order now and then, and sees when markers stop to be readable or begin to', async (t) => {
  const { search, probe, world, clock } = build()
  await search()
  world.marked = []
  clock.now += 599_999
  await probe.accepted(KNOWN, signal)
  t.equal(probe.verdict, 'readable')
  clock.now += 1
  await probe.accepted(KNOWN, signal)
  t.equal(probe.verdict, 'unreadable')
  t.same(await search(), { all: [] })
  world.marked = [KNOWN]
  clock.now += 60_000
  await probe.accepted(KNOWN, signal)
  t.equal(probe.verdict, 'readable')
})

t.test('accepted concludes nothing from a WHMCS that is away', async (t) => {
  const { probe, world } = build()
  world.away = new Error('away')
  await probe.accepted(KNOWN, signal)
  t.equal(probe.verdict, 'unknown')
})
