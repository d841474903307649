/** Groups of messages of which nothing is known: they have a statement that is quicker than the one that fits all. */
import t from 'tap'
import { recordGroup } from '../../../src/ledger/record/statement.ts'
import { deletedNotification, message, newOrderId, notification, ORGANIZATION } from '../../helpers/messages.ts'
import { until } from '../../helpers/until.ts'
import { createNamed } from './named.ts'

const FIELDS = { Status: 'Approved' }

const three = () => [notification({ fields: FIELDS }), notification(), notification()]
const known = { recorded: 0, duplicates: 1, conflicting: 0 }

t.test('record stores a group of which nothing is known as it does any other', async (t) => {
  const { recorder, names, rows, pool } = await createNamed(t)
  const [quick, other] = [three(), three()]
  const parts = ([one, two, last]: typeof quick) =>
    [
      message(
        [one, two].flatMap((n) => n ?? []),
        { priority: 'critical' },
      ),
      message(last ? [last] : []),
    ] as const
  const [first, second] = parts(quick)
  t.same(await Promise.all([recorder.record(first), recorder.record(second)]), [
    { recorded: 2, duplicates: 0, conflicting: 0 },
    { recorded: 1, duplicates: 0, conflicting: 0 },
  ])
  t.same(names, ['record-new'])
  await recordGroup(
    pool,
    [...parts(other)],
    other.map(({ fields }) => Buffer.from(JSON.stringify(fields))),
  )
  const stored = async (all: typeof quick) =>
    await rows(
      `select n.record_type, n.fields, n.priority, m.source, m.action_id, w.step, w.has_data, w.priority as urgency,
         w.due_at <= now() as due, w.received_at = n.received_at as told, w.message_id = n.message_id as linked,
         count(*) over (partition by m.message_id) as together
       from unnest(array['${all.map(({ notificationId }) => notificationId).join("','")}']) with ordinality as g (id, place)
       join ledger.notification n on n.notification_id = g.id
       join ledger.message m using (organization_id, message_id)
       join ledger.work w using (organization_id, record_id)
       order by g.place`,
    )
  t.equal((await stored(quick)).length, 3)
  t.same(await stored(quick), await stored(other))
})

t.test('record leaves a group to the large statement where something is known of one of it', async (t) => {
  const { recorder, names } = await createNamed(t)
  const recordId = newOrderId()
  const one = notification({ recordId })
  await recorder.record(message([one]))
  const together = async (notified: typeof one) => {
    names.length = 0
    const [answer] = await Promise.all([recorder.record(message([notified])), recorder.record(message())])
    t.same(names.slice(0, 2), ['record-new', 'record'])
    return answer
  }
  t.same(await together(one), known)
  t.same(await together(notification({ notificationId: one.notificationId })), {
    recorded: 1,
    duplicates: 0,
    conflicting: 1,
  })
  t.same(await together(notification({ recordId })), { recorded: 1, duplicates: 0, conflicting: 0 })
})

t.test('record does not ask whether a group is new that has more to it than work', async (t) => {
  const { recorder, names, rows } = await createNamed(t)
  const [one, recordId] = [notification(), newOrderId()]
  t.same(await recorder.record(message([one, one])), { recorded: 1, duplicates: 1, conflicting: 0 })
  t.same(await recorder.record(message([notification({ recordId }), notification({ recordId })])), {
    recorded: 2,
    duplicates: 0,
    conflicting: 0,
  })
  await recorder.record(message([notification(), deletedNotification()]))
  t.same(names.slice(0, 2), ['record', 'reopen'])
  t.same(new Set(names), new Set(['record', 'reopen']))
  t.same(await rows('select state, count(*)::integer from ledger.overview group by 1 order by 1'), [
    { state: 'pending', count: 3 },
    { state: 'ignored', count: 1 },
    { state: 'superseded', count: 1 },
  ])
})

t.test('record takes one of a group as known when another session stores it at the same moment', async (t) => {
  const { recorder, pool, rows } = await createNamed(t)
  const one = notification()
  const other = await pool.connect()
  await other.query('begin')
  await other.query(
    `insert into ledger.notification (organization_id, notification_id, record_id, message_id, record_type, fields)
     values ($1, $2, $3, nextval('ledger.message_id'), 'Order', '{}')`,
    [ORGANIZATION, one.notificationId, one.recordId],
  )
  const recorded = recorder.record(message([notification(), one]))
  const waits = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  await until(async () => (await rows(waits)).length === 1, 'the quick statement waits for the other session')
  await other.query('commit')
  other.release()
  t.same(await recorded, { recorded: 1, duplicates: 1, conflicting: 0 })
})
