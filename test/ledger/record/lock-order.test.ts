import t from 'tap'
import { recordGroup } from '../../../src/ledger/record/statement.ts'
import { createBench } from '../../helpers/ledger.ts'
import { message, notification } from '../../helpers/messages.ts'
import { until } from '../../helpers/until.ts'

const NO_FIELDS = [Buffer.from('{}'), Buffer.from('{}'), Buffer.from('{}')]

t.test('two statements that bring the same in another order do not stop each other', async (t) => {
  const bench = await createBench(t)
  const [first, middle, last] = [notification(), notification(), notification()]
  const connections = await Promise.all([bench.pool.connect(), bench.pool.connect(), bench.pool.connect()])
  const [holder, one, other] = connections
  const waiting =
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  const wait = (count: string, what: string) => until(async () => (await bench.value(waiting)) === count, what)
  // Both come to stand at the one in the middle, each with what it has taken until then.
  await holder.query('begin')
  await recordGroup(holder, [message([middle])], NO_FIELDS.slice(0, 1))
  const forwards = recordGroup(one, [message([first, middle, last])], NO_FIELDS)
  await wait('1', 'the first waits')
  const backwards = recordGroup(other, [message([last, middle, first])], NO_FIELDS)
  await wait('2', 'the second waits')
  await holder.query('rollback')
  t.same(
    (await Promise.all([forwards, backwards])).flat().map(({ recorded }) => recorded),
    [3],
    'the one has stored all three, and the other found nothing new',
  )
  for (const connection of connections) connection.release()
})
