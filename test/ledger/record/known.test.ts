/** What is known by its id: a redelivery, or somebody who makes ids up. Neither may keep real work from being done. */
import t from 'tap'
import type { Ignored } from '../../../src/domain/notification.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { createBench, pass } from '../../helpers/ledger.ts'
import { deletedNotification, message, newOrderId, notification } from '../../helpers/messages.ts'

const IGNORED: Ignored = { code: 'FOREIGN_ORGANIZATION', message: 'It is of another organization.' }
const STATES = 'select record_id, state from ledger.overview order by received_at, record_id'

t.test('record takes a known id with another record for new, and says that it conflicts', async (t) => {
  const { pool, rows } = await createBench(t)
  const recorder = createRecorder({ runner: pool })
  const [forged, real] = [notification(), newOrderId()]
  await recorder.record(message([forged]))
  t.same(await recorder.record(message([{ ...forged, recordId: real }, notification()])), {
    recorded: 2,
    duplicates: 0,
    conflicting: 1,
  })
  t.match(await rows(`${STATES} limit 2`), [
    { record_id: forged.recordId, state: 'pending' },
    { record_id: real, state: 'pending' },
  ])
})

t.test('record takes a known id with a record, where there was none, for new', async (t) => {
  const { pool, rows } = await createBench(t)
  const recorder = createRecorder({ runner: pool })
  const empty = deletedNotification()
  await recorder.record(message([empty]))
  const real = notification({ notificationId: empty.notificationId })
  t.same(await recorder.record(message([real])), { recorded: 1, duplicates: 0, conflicting: 1 })
  t.match(await rows(STATES), [
    { record_id: '', state: 'ignored' },
    { record_id: real.recordId, state: 'pending' },
  ])
})

t.test('record takes a known id without a record for a duplicate', async (t) => {
  const { pool, rows } = await createBench(t)
  const recorder = createRecorder({ runner: pool })
  const real = notification()
  await recorder.record(message([real]))
  const empty = { ...deletedNotification(), notificationId: real.notificationId }
  t.same(await recorder.record(message([empty])), { recorded: 0, duplicates: 1, conflicting: 0 })
  t.match(await rows(STATES), [{ record_id: real.recordId, state: 'pending' }])
})

t.test('record puts to work what the door had ignored, once', async (t) => {
  const { pool, rows, worker } = await createBench(t)
  let woken = 0
  const recorder = createRecorder({ runner: pool, onRecorded: () => woken++ })
  const one = notification()
  await recorder.record(message([{ ...one, ignored: IGNORED }]))
  t.match(await rows(STATES), [{ state: 'ignored' }])
  t.equal(woken, 0)
  t.same(await recorder.record(message([one])), { recorded: 0, duplicates: 1, conflicting: 0 })
  t.match(await rows('select * from ledger.overview'), [{ state: 'pending', error_code: null, finalized_at: null }])
  t.equal(woken, 1)
  await pass(worker('w1'), 'callback', { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' })
  await recorder.record(message([one]))
  t.match(await rows(STATES), [{ state: 'ignored' }], 'a worker has looked at it')
  t.equal(woken, 1)
})

t.test('record asks about what is known only where there is something that comes for work', async (t) => {
  const { pool } = await createBench(t)
  const names: unknown[] = []
  const recorder = createRecorder({
    runner: {
      query(config) {
        names.push(config.name)
        return pool.query(config)
      },
    },
  })
  const [one, deleted] = [notification(), deletedNotification()]
  await recorder.record(message([one, deleted]))
  await recorder.record(message([deleted]))
  t.same(names, ['record', 'record'])
  await recorder.record(message([one]))
  t.same(names, ['record', 'record', 'record-one', 'record', 'reopen'])
})

t.test('record takes one that was ignored twice in a message once', async (t) => {
  const { pool, rows } = await createBench(t)
  const empty = deletedNotification()
  const twice = message([empty, empty, notification()])
  t.same(await createRecorder({ runner: pool }).record(twice), { recorded: 2, duplicates: 1, conflicting: 0 })
  t.match(await rows('select state from ledger.overview order by 1'), [{ state: 'pending' }, { state: 'ignored' }])
})
