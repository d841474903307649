import t, { type Test } from 'tap'
import { type Click, createClicks } from '../../../src/ledger/record/clicks.ts'
import { createForgottenClicks } from '../../../src/ledger/upkeep/forgotten-clicks.ts'
import { createBench, pass } from '../../helpers/ledger.ts'
import { message, newNotificationId, newOrderId, notification, ORGANIZATION } from '../../helpers/messages.ts'

const ANSWER = { status: 202, body: { status: 'Activating' } }

async function build(t: Test) {
  const bench = await createBench(t)
  const recorded: string[] = []
  const clicks = createClicks({ pool: bench.pool, nonceHeldMs: 600_000, onRecorded: (id) => recorded.push(id) })
  const forgotten = createForgottenClicks({
    runner: bench.pool,
    organizationId: ORGANIZATION,
    nonceHeldMs: 600_000,
    keyDays: 400,
  })
  const counts = async () =>
    (
      await bench.rows(`select (select count(*)::integer from ledger.notification) as notifications,
        (select count(*)::integer from ledger.quick_action_nonce) as nonces,
        (select count(*)::integer from ledger.quick_action_key) as keys`)
    )[0]
  return { ...bench, clicks, forgotten, recorded, counts }
}

function click({ orderId = newOrderId(), ...given }: Partial<Click> & { orderId?: string } = {}): Click {
  const one = notification({ notificationId: newNotificationId(), recordId: orderId, fields: { nonce: 'n' } })
  const source = 'quick-action' as const
  return {
    nonce: `nonce ${one.notificationId}`,
    key: `key ${one.notificationId}`,
    fingerprint: `POST ${orderId}`,
    message: message([one], { source, priority: 'critical' }),
    ...given,
  }
}

t.test('take stores nonce, key and notification together, and work that a person has asked for', async (t) => {
  const { clicks, counts, recorded, rows, worker } = await build(t)
  t.same(await clicks.take(click({ orderId: '801000000000001AAA' })), { kind: 'recorded' })
  t.same(await counts(), { notifications: 1, nonces: 1, keys: 1 })
  t.same(recorded, [ORGANIZATION])
  t.match(await rows('select record_id, priority::text as priority, replayed from ledger.work'), [
    { record_id: '801000000000001AAA', priority: 'critical', replayed: true },
  ])
  t.match(await worker('w').claim('callback', 10), [{ replayed: true, hasData: true }])
})

t.test('take leaves nothing behind where the notification can not be stored', async (t) => {
  const { clicks, counts } = await build(t)
  const broken = click({ orderId: 'too short' })
  await t.rejects(clicks.take(broken), { code: '23514' })
  t.same(await counts(), { notifications: 0, nonces: 0, keys: 0 })
})

t.test('take refuses a nonce that was used, and takes it again when it is old', async (t) => {
  const { clicks, rows, counts } = await build(t)
  await clicks.take(click({ nonce: 'n' }))
  t.same(await clicks.take(click({ nonce: 'n' })), { kind: 'nonce-used' })
  t.match(await counts(), { notifications: 1, keys: 1 })
  await rows(`update ledger.quick_action_nonce set used_at = now() - interval '601 seconds'`)
  t.same(await clicks.take(click({ nonce: 'n' })), { kind: 'recorded' })
  t.same(await clicks.take(click({ nonce: 'n' })), { kind: 'nonce-used' })
})

t.test('take knows a key: the same request is repeated, another one is refused and stores nothing', async (t) => {
  const { clicks, counts } = await build(t)
  const same = { key: 'k', fingerprint: 'f' }
  await clicks.take(click(same))
  t.same(await clicks.take(click(same)), { kind: 'repeated' }, 'nothing was answered yet')
  await clicks.keep({ organizationId: ORGANIZATION, key: 'k' }, ANSWER)
  await clicks.keep({ organizationId: ORGANIZATION, key: 'k' }, { status: 200, body: {} })
  t.same(await clicks.take(click(same)), { kind: 'repeated', answer: ANSWER }, 'the first answer stays')
  const before = await counts()
  t.same(await clicks.take(click({ key: 'k', nonce: 'fresh' })), { kind: 'key-of-another' })
  t.same(await counts(), before)
  t.same(await clicks.take(click({ key: 'k', nonce: 'fresh', fingerprint: 'f' })), { kind: 'repeated', answer: ANSWER })
  t.match(
    await clicks.take(click({ key: 'k', nonce: 'fresh' })),
    { kind: 'nonce-used' },
    'the nonce is looked at first',
  )
})

t.test('take keeps an answer that is known already with the notification', async (t) => {
  const { clicks } = await build(t)
  await clicks.take(click({ key: 'k', fingerprint: 'f', answer: ANSWER }))
  t.same(await clicks.take(click({ key: 'k', fingerprint: 'f' })), { kind: 'repeated', answer: ANSWER })
})

t.test('of many at the same time with one key or nonce one is recorded', async (t) => {
  const { clicks, counts } = await build(t)
  const orderId = newOrderId()
  const sameKey = Array.from({ length: 8 }, () => clicks.take(click({ orderId, key: 'k' })))
  const kinds = (await Promise.all(sameKey)).map(({ kind }) => kind)
  t.same(kinds.sort(), ['recorded', ...Array(7).fill('repeated')])
  const sameNonce = Array.from({ length: 8 }, () => clicks.take(click({ orderId, nonce: 'n' })))
  t.equal((await Promise.all(sameNonce)).filter(({ kind }) => kind === 'recorded').length, 1)
  const others = Array.from({ length: 4 }, () => clicks.take(click({ key: 'of one of them' })))
  t.same((await Promise.all(others)).map(({ kind }) => kind).sort(), [...Array(3).fill('key-of-another'), 'recorded'])
  t.match(await counts(), { notifications: 3 })
})

t.test('a click that waits behind a worker is asked for by a person, too', async (t) => {
  const { clicks, recordEach, worker, rows } = await build(t)
  const orderId = newOrderId()
  await recordEach([notification({ recordId: orderId })])
  const one = worker('w')
  t.equal((await one.claim('callback', 1)).length, 1)
  await clicks.take(click({ orderId }))
  t.match(await rows('select replayed, (next_arrival).replayed as next_replayed from ledger.work'), [
    { replayed: false, next_replayed: true },
  ])
})

t.test('forget removes what is old, and nothing else', async (t) => {
  const { clicks, forgotten, rows, counts, worker } = await build(t)
  await clicks.take(click())
  await clicks.take(click())
  await pass(worker('w'), 'callback', { kind: 'complete' })
  t.equal(await forgotten.forget(), false)
  t.match(await counts(), { nonces: 2, keys: 2 })
  await rows(`update ledger.quick_action_nonce set used_at = now() - interval '601 seconds'
    where nonce = (select min(nonce) from ledger.quick_action_nonce)`)
  await rows(`update ledger.quick_action_key set taken_at = now() - interval '401 days'
    where key = (select max(key) from ledger.quick_action_key)`)
  t.equal(await forgotten.forget(), false)
  t.same(await counts(), { notifications: 2, nonces: 1, keys: 1 })
  await rows(`insert into ledger.quick_action_nonce select '${ORGANIZATION}', n::text, now() - interval '1 day'
    from generate_series(1, 1500) as n`)
  t.equal(await forgotten.forget(), true, 'there may be more')
  t.equal(await forgotten.forget(), false)
  t.match(await counts(), { nonces: 1 })
})
