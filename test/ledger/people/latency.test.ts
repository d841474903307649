import t from 'tap'
import { createTallyLedger } from '../../../src/ledger/notices/tallies.ts'
import { createWebhooks } from '../../../src/ledger/notices/webhooks.ts'
import { readLatency } from '../../../src/ledger/people/latency.ts'
import { type Bench, createBench } from '../../helpers/ledger.ts'

/** By how many seconds they took at most. */
async function acked(bench: Bench, counts: Record<string, number>): Promise<void> {
  const seen = Object.entries(counts).map(([detail, count]) => ({ organizationId: '', kind: 'ack', detail, count }))
  await createTallyLedger(bench.pool).add(seen)
}
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
const move = (bench: Bench, time: string) =>
  bench.rows(`update ledger.tally set minute = minute - $1::interval`, [time])

t.test('readLatency says within how long half and 95 % of the messages were Acked, of all processes', async (t) => {
  const bench = await createBench(t)
  const none = { ack: { messages: 0, p50Seconds: undefined, p95Seconds: undefined } }
  t.match(await readLatency(bench.pool, ago(60)), none)
  await acked(bench, { '0.002': 40, '0.005': 30 })
  await acked(bench, { '0.002': 20, '0.01': 9, Infinity: 1 })
  t.match(await readLatency(bench.pool, ago(60)), { ack: { messages: 100, p50Seconds: 0.002, p95Seconds: 0.01 } })
  await move(bench, '2 hours')
  t.match(await readLatency(bench.pool, ago(60)), none, 'of that time alone')
  t.match(await readLatency(bench.pool, ago(180)), { ack: { messages: 100 } })
  await acked(bench, { Infinity: 7 })
  t.match(await readLatency(bench.pool, ago(60)), { ack: { messages: 7, p95Seconds: Number.POSITIVE_INFINITY } })
})

t.test('ledger.latency has the Acks of each hour beside the steps', async (t) => {
  const bench = await createBench(t)
  const view = `select step, measured::integer, p50::text, p95::text, longest::text from ledger.latency`
  t.same(await bench.rows(view), [])
  await acked(bench, { '0.002': 94, '0.25': 6 })
  const row = { step: 'ack', measured: 100, p50: '00:00:00.002', p95: '00:00:00.25', longest: '00:00:00.25' }
  t.same(await bench.rows(view), [row])
  const other = { organizationId: '', kind: 'refusal', detail: '7', count: 9 }
  await createTallyLedger(bench.pool).add([other])
  t.same(await bench.rows(view), [row], 'and nothing else that is counted')
  await acked(bench, { Infinity: 1_000 })
  t.match(await bench.rows(view), [{ measured: 1_100, p95: null, longest: null }], 'longer than a minute')
  await move(bench, '2 days')
  t.same(await bench.rows(view), [])
})

t.test('what was counted stays as long as the longest chart, and goes then', async (t) => {
  const bench = await createBench(t)
  await acked(bench, { '0.002': 1 })
  await move(bench, '7 days')
  const retire = () => createWebhooks(bench.pool).retire(30)
  t.equal(await retire(), 0)
  await move(bench, '2 days')
  t.equal(await retire(), 1)
})
