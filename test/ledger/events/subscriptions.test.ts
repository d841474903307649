import t, { type Test } from 'tap'
import { readSubscriptions, retireEvents } from '../../../src/ledger/events/standing.ts'
import { createSubscriptions } from '../../../src/ledger/events/subscriptions.ts'
import { openPool, type Pool } from '../../../src/ledger/postgres/pool.ts'
import { createBench } from '../../helpers/ledger.ts'
import { message, notification, ORGANIZATION } from '../../helpers/messages.ts'

const TOPIC = '/event/OrderStatusChangedEvent'
const NONE = { undecodable: [], own: 0, other: 0 }
const at = (n: number) => Buffer.from([0, 0, n])
const unreadable = (n: number) => ({
  ...{ replayId: at(n), eventId: undefined, schemaId: 's', payload: Buffer.from('bytes'), reason: 'no schema' },
})

/** As the service's own role: what it may not do would fail here. */
async function build(t: Test) {
  const bench = await createBench(t)
  const pool = openPool({
    url: bench.url,
    connections: 3,
    name: 'service',
    settings: '-c role=ledger_service',
    onError: () => {},
  })
  t.teardown(() => pool.end())
  const woken: string[] = []
  const of = (worker: string, given: Pool = pool) =>
    createSubscriptions({
      pool: given,
      organizationId: ORGANIZATION,
      worker,
      leaseMs: 60_000,
      onRecorded: () => woken.push(worker),
    })
  const take = async (worker = 'one') => {
    const held = await of(worker).take(TOPIC)
    if (held === undefined) throw new Error('another has it')
    return held
  }
  return { ...bench, service: pool, of, take, woken }
}

t.test('a position is committed with its rows, or neither is', async (t) => {
  const { of, take, rows, woken } = await build(t)
  const [one, held] = [of('one'), await take()]
  t.same(await one.commit(held, { ...NONE, replayId: at(1), message: message([notification()]) }), { recorded: 1 })
  t.same(woken, ['one'])
  const refused = {
    ...NONE,
    replayId: at(2),
    message: message([notification(), notification({ notificationId: 'short' })]),
  }
  t.match(await one.commit(held, refused), { refused: /notification_id_has_18/ })
  t.same(await rows('select replay_id, recorded from ledger.subscription'), [{ replay_id: at(1), recorded: '1' }])
  t.equal((await rows('select 1 from ledger.notification')).length, 1)
})

t.test('what is known already is no news', async (t) => {
  const { of, take } = await build(t)
  const [held, known] = [await take(), notification()]
  t.same(await of('one').commit(held, { ...NONE, message: message([known]) }), { recorded: 1 })
  t.same(await of('one').commit(held, { ...NONE, message: message([known, notification()]) }), { recorded: 1 })
})

t.test('whoever lost the lease writes nothing more, not even the rows', async (t) => {
  const { of, take, rows } = await build(t)
  const old = await take()
  t.equal(await of('two').take(TOPIC), undefined, 'it is held')
  await rows("update ledger.subscription set lease_until = now() - interval '1 second'")
  const held = await take('two')
  t.equal(held.leaseNo, old.leaseNo + 1)
  const one = of('one')
  t.equal(await one.commit(old, { ...NONE, replayId: at(9), message: message([notification()]) }), 'lost')
  t.same(
    [await one.renew(old), await one.report(old, { state: 'paused' }), await one.losePosition(old, new Date())],
    [false, false, false],
  )
  t.same([await one.swept(old, new Date()), await one.deliveries(old, { remaining: 1, max: 2 })], [false, false])
  await one.release(old)
  t.ok(await of('two').renew(held), 'nor does it take the lease from the other')
  t.equal((await rows('select 1 from ledger.notification')).length, 0)
  await of('two').release(held)
  t.equal((await take('three')).leaseNo, 3)
})

t.test('a sweep that is owed is remembered until one that began early enough is done', async (t) => {
  const { of, take } = await build(t)
  const [one, held] = [of('one'), await take()]
  const [earlier, later] = [new Date('2026-03-01T12:00:00Z'), new Date('2026-03-01T13:00:00Z')]
  await one.commit(held, { ...NONE, sweepSince: later })
  await one.commit(held, { ...NONE, sweepSince: earlier })
  t.equal(await one.swept(held, later), false)
  await one.release(held)
  const again = await take()
  t.same(again.sweepSince, earlier)
  t.equal(await one.swept(again, earlier), true)
})

t.test('a lost position leaves a mark, also when there is a new one', async (t) => {
  const { of, take, rows } = await build(t)
  const [one, held] = [of('one'), await take()]
  await one.commit(held, { ...NONE, replayId: at(1) })
  t.ok(await one.losePosition(held, new Date()))
  await one.release(held)
  const again = await take()
  t.match(again, { replayId: undefined })
  t.ok(again.lostAt)
  await one.commit(again, { ...NONE, replayId: at(5) })
  t.match(await rows('select lost_at, replay_id from ledger.subscription'), [{ lost_at: Date, replay_id: at(5) }])
})

t.test('an event that nobody can read is kept once, however often it comes', async (t) => {
  const { of, take, rows } = await build(t)
  const [one, held] = [of('one'), await take()]
  for (const _ of [1, 2]) await one.commit(held, { ...NONE, undecodable: [unreadable(1)] })
  // The organisation has moved: another event has this id now.
  await one.commit(held, { ...NONE, undecodable: [{ ...unreadable(1), payload: Buffer.from('others') }] })
  const kept = await rows('select replay_id, reason, bytes from ledger.undecodable_events order by received_at')
  t.same(kept, [
    { replay_id: '000001', reason: 'no schema', bytes: 5 },
    { replay_id: '000001', reason: 'no schema', bytes: 6 },
  ])
})

t.test('readSubscriptions says how each stands, and which nobody reads', async (t) => {
  const { of, take, service } = await build(t)
  const [one, held] = [of('one'), await take()]
  await one.report(held, { state: 'subscribed' })
  await one.deliveries(held, { remaining: 24_000, max: 25_000 })
  await one.commit(held, { ...NONE, own: 2, other: 1, replayId: at(1), undecodable: [unreadable(1)] })
  const said = { topic: TOPIC, own: 2, other: 1, undecodable: 1, deliveries: { remaining: 24_000, max: 25_000 } }
  t.match(await readSubscriptions(service), [{ ...said, state: 'subscribed', errorCode: null }])
  await one.report(held, { state: 'paused', code: 'EVENTS_LIMIT', message: 'used up' })
  t.match(await readSubscriptions(service), [{ ...said, state: 'paused', errorCode: 'EVENTS_LIMIT' }])
  await one.release(held)
  t.match(await readSubscriptions(service), [{ state: 'unattended' }])
})

t.test('retireEvents removes what is old, and subscriptions that nobody has', async (t) => {
  const { of, take, rows, service } = await build(t)
  const [one, held] = [of('one'), await take()]
  await one.commit(held, { ...NONE, replayId: at(1), undecodable: [unreadable(1)] })
  t.same(await retireEvents(service, ORGANIZATION, 7), { events: 0, subscriptions: 0 })
  await rows("update ledger.undecodable_event set received_at = now() - interval '8 days'")
  await rows(
    "update ledger.subscription set position_at = now() - interval '40 days', since = now() - interval '40 days'",
  )
  t.same(await retireEvents(service, ORGANIZATION, 7), { events: 1, subscriptions: 0 }, 'it is held')
  await one.release(held)
  t.same(await retireEvents(service, ORGANIZATION, 7), { events: 0, subscriptions: 1 })
})
