/** Messages of one notification, which come one at a time: the small statement stores what nothing is known of. */
import t from 'tap'
import type { Runner } from '../../../src/ledger/postgres/query.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { createBench } from '../../helpers/ledger.ts'
import { message, newOrderId, notification, ORGANIZATION } from '../../helpers/messages.ts'
import { until } from '../../helpers/until.ts'
import { createNamed } from './named.ts'

t.test('record stores a lone message as it does a group', async (t) => {
  const { recorder, names, rows } = await createNamed(t)
  const [one, two, three] = [notification(), notification(), notification()]
  t.same(await recorder.record(message([one])), { recorded: 1, duplicates: 0, conflicting: 0 })
  t.same(names, ['record-one'])
  await Promise.all([recorder.record(message([two])), recorder.record(message([three]))])
  t.same(names, ['record-one', 'record-new'])
  const stored = await rows(
    `select n.notification_id, n.record_type, n.fields, n.priority, m.source, m.action_id, w.step, w.has_data, w.due_at <= now() as due
     from ledger.notification n join ledger.message m using (organization_id, message_id)
     join ledger.work w using (organization_id, record_id)`,
  )
  const of = (id: string) => stored.find((row) => row.notification_id === id)
  t.same({ ...of(one.notificationId), notification_id: '' }, { ...of(two.notificationId), notification_id: '' })
})

t.test('record leaves to the large statement what is known, or whose record has something open', async (t) => {
  const { recorder, names, rows } = await createNamed(t)
  const recordId = newOrderId()
  const one = notification({ recordId })
  await recorder.record(message([one]))
  t.same(await recorder.record(message([one])), { recorded: 0, duplicates: 1, conflicting: 0 })
  const forged = notification({ notificationId: one.notificationId })
  t.same(await recorder.record(message([forged])), { recorded: 1, duplicates: 0, conflicting: 1 })
  const newer = notification({ recordId })
  t.same(await recorder.record(message([newer])), { recorded: 1, duplicates: 0, conflicting: 0 })
  t.same(
    names.filter((name) => name === 'record-one' || name === 'record'),
    ['record-one', ...Array(3).fill(['record-one', 'record']).flat()],
  )
  t.same(
    await rows(
      `select state from ledger.overview where notification_id = '${one.notificationId}' and state = 'superseded'`,
    ),
    [{ state: 'superseded' }],
  )
})

t.test('record takes a lone message as known when another session stores it at the same moment', async (t) => {
  const { recorder, pool, rows } = await createNamed(t)
  const one = notification()
  const other = await pool.connect()
  await other.query('begin')
  await other.query(
    `insert into ledger.notification (organization_id, notification_id, record_id, message_id, record_type, fields)
     values ($1, $2, $3, nextval('ledger.message_id'), 'Order', '{}')`,
    [ORGANIZATION, one.notificationId, one.recordId],
  )
  const recorded = recorder.record(message([one]))
  const waits = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  await until(async () => (await rows(waits)).length === 1, 'the small statement waits for the other session')
  await other.query('commit')
  other.release()
  t.same(await recorded, { recorded: 0, duplicates: 1, conflicting: 0 })
})

t.test('record stores a lone message though Postgres ends its statement to break a deadlock', async (t) => {
  const { pool, rows } = await createBench(t)
  let deadlocks = 1
  const runner: Runner = {
    async query(statement) {
      if (statement.name !== 'record-one' || deadlocks-- <= 0) return pool.query(statement)
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    },
  }
  const one = message()
  t.same(await createRecorder({ runner }).record(one), { recorded: 1, duplicates: 0, conflicting: 0 })
  t.same(await rows('select count(*)::integer as stored from ledger.notification'), [{ stored: 1 }])
})
