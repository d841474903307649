import t from 'tap'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { createBench, createWorker, pass, settleAll } from '../../helpers/ledger.ts'
import { message, notification } from '../../helpers/messages.ts'
import { until } from '../../helpers/until.ts'

const TWENTY = Array.from({ length: 20 }, (_, i) => i)

t.test('claim at provision lets one worker have a WHMCS client, also of many', async (t) => {
  const bench = await createBench(t)
  const clients = ['7', '8']
  const worker = bench.worker('w1')
  await createRecorder({ runner: bench.pool }).record(message(TWENTY.map(() => notification())))
  const read = await worker.claim('callback', 20)
  for (const [i, item] of read.entries()) {
    const advance = { kind: 'advance', step: 'provision', whmcsClientId: clients[i % 2] ?? '' } as const
    await settleAll(worker, 'callback', [item], advance)
  }
  // Small batches, so that each worker has both clients in its own.
  const claims = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => bench.worker(`p${n}`).claim('provision', 2)))
  t.equal(claims.flat().length, 2)
  t.same(await bench.worker('p9').claim('provision', 20), [], 'both are taken')
  const inHand = await bench.rows(
    `select whmcs_client_id from ledger.work where lease_until is not null order by whmcs_client_id`,
  )
  t.same(inHand, [{ whmcs_client_id: '7' }, { whmcs_client_id: '8' }])
})

t.test(
  'claim at provision waits for a claim of the same client that has not committed, and then leaves it alone',
  async (t) => {
    const bench = await createBench(t)
    await bench.recordEach([notification(), notification()])
    await pass(bench.worker('w1'), 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' })
    const client = await bench.pool.connect()
    await client.query('begin')
    const first = await createWorker(client, 'w1').claim('provision', 1)
    let answered = false
    const second = bench.worker('w2').claim('provision', 2)
    void second.finally(() => {
      answered = true
    })
    const blocked =
      "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    await until(async () => answered || (await bench.value(blocked)) === true, 'the second claim waits')
    await client.query('commit')
    client.release()
    t.same([first.length, (await second).length], [1, 0])
  },
)
