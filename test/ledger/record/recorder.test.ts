import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { createVault } from '../../../src/ledger/record/vault.ts'
import { counting, createBench } from '../../helpers/ledger.ts'
import { deletedNotification, message, newNotificationId, notification } from '../../helpers/messages.ts'

const MANY = Array.from({ length: 100 }, (_, i) => i)

t.test('record stores all notifications of a message in one transaction', async (t) => {
  const { pool, rows } = await createBench(t)
  const runner = counting(pool)
  const recorder = createRecorder({ runner })
  t.same(await recorder.record(message(MANY.map(() => notification()))), {
    recorded: 100,
    duplicates: 0,
    conflicting: 0,
  })
  t.same(runner.names, ['record-new'])
  t.same(
    await rows(
      'select count(*)::integer as stored, count(distinct xmin::text)::integer as transactions from ledger.notification',
    ),
    [{ stored: 100, transactions: 1 }],
  )
})

t.test('record keeps what arrived', async (t) => {
  const { pool, rows } = await createBench(t)
  const one = notification({
    fields: { Id: '801', OrderNumber: '00000114', Description: null, Name: "O'Hara \\ {}\t東京" },
  })
  const sent = message([one], { enterpriseUrl: 'https://a.example/c', partnerUrl: 'https://a.example/u' })
  await createRecorder({ runner: pool }).record(sent)
  t.match(
    await rows(
      `select n.*, o.state, o.step, o.attempts, o.finalized_at, m.source, m.action_id, m.session, m.enterprise_url, m.partner_url
       from ledger.notification n join ledger.message m using (organization_id, message_id)
       join ledger.overview o using (organization_id, notification_id)`,
    ),
    [
      {
        organization_id: sent.organizationId,
        notification_id: one.notificationId,
        state: 'pending',
        step: 'callback',
        attempts: 0,
        record_type: 'Order',
        record_id: one.recordId,
        fields: one.fields,
        source: 'outbound-message',
        action_id: sent.actionId,
        session: null,
        enterprise_url: 'https://a.example/c',
        partner_url: 'https://a.example/u',
        finalized_at: null,
      },
    ],
  )
})

t.test('record counts a duplicate within a message once, and keeps the first', async (t) => {
  const { pool, rows } = await createBench(t)
  const one = notification({ fields: { which: 'first' } })
  const again = { ...one, fields: { which: 'second' } }
  t.same(await createRecorder({ runner: pool }).record(message([one, again, notification()])), {
    recorded: 2,
    duplicates: 1,
    conflicting: 0,
  })
  t.same(await rows('select fields from ledger.notification where notification_id = $1', [one.notificationId]), [
    { fields: { which: 'first' } },
  ])
})

t.test('record stores only what is new of a redelivery', async (t) => {
  const { pool, value } = await createBench(t)
  const recorder = createRecorder({ runner: pool })
  const first = notification()
  await recorder.record(message([first]))
  t.same(await recorder.record(message([first, notification()])), { recorded: 1, duplicates: 1, conflicting: 0 })
  t.equal(await value('select count(*) from ledger.message'), '2')
})

t.test('record leaves no message row behind when nothing in it is new', async (t) => {
  const { pool, value } = await createBench(t)
  const recorder = createRecorder({ runner: pool })
  const known = message([notification(), notification()])
  await recorder.record(known)
  t.same(await recorder.record(known), { recorded: 0, duplicates: 2, conflicting: 0 })
  t.equal(await value('select count(*) from ledger.message'), '1')
})

t.test('record takes the same notification of two organisations for two', async (t) => {
  const { pool } = await createBench(t)
  const recorder = createRecorder({ runner: pool })
  const one = notification()
  const other = message([one], { organizationId: newNotificationId() })
  t.same(await Promise.all([recorder.record(message([one])), recorder.record(other)]), [
    { recorded: 1, duplicates: 0, conflicting: 0 },
    { recorded: 1, duplicates: 0, conflicting: 0 },
  ])
})

t.test('record of concurrent redeliveries stores each notification once', async (t) => {
  const { pool, value } = await createBench(t)
  const recorder = createRecorder({ runner: pool, groupSize: 3 })
  const sent = message(MANY.map(() => notification()))
  const answers = await Promise.all(MANY.slice(0, 20).map(() => recorder.record(sent)))
  t.equal(
    answers.reduce((sum, { recorded }) => sum + recorded, 0),
    100,
  )
  t.equal(await value('select count(*) from ledger.notification'), '100')
  t.equal(await value('select count(*) from ledger.message'), '1')
})

t.test('record of concurrent redeliveries in opposite order never deadlocks', async (t) => {
  const { pool } = await createBench(t)
  const refused: unknown[] = []
  const recorders = [1, 2, 3, 4].map(() => createRecorder({ runner: pool, onRefused: (error) => refused.push(error) }))
  for (const _ of MANY.slice(0, 10)) {
    const notifications = MANY.map(() => notification())
    const orders = [message(notifications), message(notifications.toReversed())]
    await Promise.all(
      recorders.flatMap((recorder, i) => orders.slice(i % 2, (i % 2) + 1).map((m) => recorder.record(m))),
    )
  }
  t.same(refused, [])
})

t.test('record groups concurrent messages: fewer statements than messages', async (t) => {
  const { pool, value } = await createBench(t)
  const runner = counting(pool)
  const recorder = createRecorder({ runner, groupSize: 64 })
  const answers = await Promise.all(MANY.map(() => recorder.record(message([notification(), notification()]))))
  t.same(new Set(answers.map((answer) => answer.recorded)), new Set([2]))
  t.equal(await value('select count(*) from ledger.message'), '100')
  t.equal(runner.names.length, 2, '64 messages, then the other 36')
})

t.test('record closes a group at so many notifications, but takes one bigger message whole', async (t) => {
  const { pool } = await createBench(t)
  const runner = counting(pool)
  const recorder = createRecorder({ runner, groupNotifications: 3 })
  const sizes = [5, 2, 1, 1]
  await Promise.all(sizes.map((size) => recorder.record(message(MANY.slice(0, size).map(() => notification())))))
  t.equal(runner.names.length, 3, '5 alone, 2 + 1, 1')
})

t.test('record closes a group at so many bytes, but takes one bigger message whole', async (t) => {
  const { pool } = await createBench(t)
  const runner = counting(pool)
  const recorder = createRecorder({ runner, groupBytes: 1_000 })
  const of = (length: number) => message([notification({ fields: { text: 'x'.repeat(length) } })])
  await Promise.all([2_000, 700, 200, 200].map((length) => recorder.record(of(length))))
  t.equal(runner.names.length, 3, '2000 alone, 700 + 200, 200')
})

t.test('record seals a session only when there is a vault, a session and work', async (t) => {
  const { pool, rows } = await createBench(t)
  const vault = createVault(randomBytes(32))
  const withVault = createRecorder({ runner: pool, vault })
  const session = { sessionId: '00Dxx!secret' }
  const work = message([notification(), deletedNotification()], session)
  await withVault.record(work)
  await withVault.record(message([deletedNotification()], session))
  await withVault.record(message([notification()]))
  await createRecorder({ runner: pool }).record(message([notification()], session))
  const sealed = (await rows('select session from ledger.message order by message_id')).map((row) => row.session)
  t.same(sealed.slice(1), [null, null, null])
  const [kept] = sealed
  t.equal(Buffer.isBuffer(kept) && vault.open(work.organizationId, kept), session.sessionId)
  t.notOk(Buffer.isBuffer(kept) && kept.includes('secret'), 'not in the clear')
})

t.test('record calls onRecorded only after a commit that brought work, and says to whom', async (t) => {
  const { pool } = await createBench(t)
  const calls: string[][] = []
  const recorder = createRecorder({ runner: pool, onRecorded: (ids) => calls.push([...ids].sort()) })
  const one = message()
  await recorder.record(one)
  t.same(calls, [[one.organizationId]])
  await recorder.record(one)
  await recorder.record(message([deletedNotification()]))
  t.equal(calls.length, 1)
  const other = '00DSs000000OTHER12'
  const none = message([deletedNotification()], { organizationId: '00DSs000000NONE123' })
  // In the same turn: they share a commit.
  const group = [message([notification()], { organizationId: other }), message(), message(), none]
  await Promise.all(group.map((message) => recorder.record(message)))
  t.same(calls.slice(1), [[one.organizationId, other].sort()])
})
