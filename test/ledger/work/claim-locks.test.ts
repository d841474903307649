import t from 'tap'
import { createBench, createWorker } from '../../helpers/ledger.ts'
import { notification } from '../../helpers/messages.ts'
import { until } from '../../helpers/until.ts'

t.test('claim passes by what another claim has in hand, and does not wait for it', async (t) => {
  const bench = await createBench(t)
  await bench.recordEach([notification(), notification()])
  const client = await bench.pool.connect()
  await client.query('begin')
  const first = await createWorker(client, 'w1').claim('callback', 1)
  let answered = false
  const second = bench.worker('w2').claim('callback', 1)
  void second.finally(() => {
    answered = true
  })
  const waits =
    "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  await until(async () => answered || (await bench.value(waits)) === true, 'the second claim answers or waits')
  t.ok(answered, 'it did not wait')
  await client.query('commit')
  client.release()
  t.same([...first, ...(await second)].length, 2)
})
