import t from 'tap'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { raiseDuplicate } from '../../../src/ledger/work/duplicates.ts'
import { createBench, pass } from '../../helpers/ledger.ts'
import { message, newOrderId, notification, ORGANIZATION } from '../../helpers/messages.ts'

t.test('raiseDuplicate makes a dead letter of an order that completed, and of none that is open', async (t) => {
  const { pool, rows, worker } = await createBench(t)
  const [orderId, open] = [newOrderId(), newOrderId()]
  const recorder = createRecorder({ runner: pool })
  await recorder.record(message([notification({ recordId: orderId })]))
  await pass(worker('w1'), 'callback', { kind: 'complete' })
  await recorder.record(message([notification({ recordId: open })]))
  const raise = (id: string) =>
    raiseDuplicate(pool, { organizationId: ORGANIZATION, orderId: id, message: 'is in WHMCS as 1, 2' })
  t.same([await raise(orderId), await raise(orderId), await raise(open)], [true, false, false])
  t.same(await rows('select record_id, state, step, error_code, error_message from ledger.overview order by state'), [
    { record_id: open, state: 'pending', step: 'callback', error_code: null, error_message: null },
    {
      record_id: orderId,
      state: 'dead',
      step: 'provision',
      error_code: 'WHMCS_ORDER_DUPLICATED',
      error_message: 'is in WHMCS as 1, 2',
    },
  ])
})
