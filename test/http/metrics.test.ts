import t from 'tap'
import { createMetrics, type MetricsSources } from '../../src/http/metrics.ts'

const EMPTY: MetricsSources = { counts: async () => [], stages: () => [], waiting: () => 0 }

/** The samples of our own metrics: name with labels -> value. */
async function samples(metrics: ReturnType<typeof createMetrics>): Promise<Record<string, number>> {
  const { text } = await metrics.page()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]))
}

t.test('page counts messages by result, and notifications new and known', async (t) => {
  const metrics = createMetrics(EMPTY)
  metrics.received({ result: 'stored', notifications: 5, duplicates: 2 })
  metrics.received({ result: 'stored', notifications: 1, duplicates: 0 })
  metrics.received({ result: 'malformed', notifications: 0, duplicates: 0 })
  t.match(await samples(metrics), {
    'soapstone_messages_total{result="stored"}': 2,
    'soapstone_messages_total{result="malformed"}': 1,
    'soapstone_notifications_total{kind="new"}': 4,
    'soapstone_notifications_total{kind="duplicate"}': 2,
  })
})

t.test('page counts attempts by step, outcome and code, and how long they took', async (t) => {
  const metrics = createMetrics(EMPTY)
  metrics.attempted({ step: 'provision', outcome: 'retry', code: 'WHMCS_UNREACHABLE', seconds: 0.2 })
  metrics.attempted({ step: 'provision', outcome: 'advanced', code: '', seconds: 3 })
  metrics.acked(0.003)
  metrics.rescued(2)
  metrics.retired(500)
  t.match(await samples(metrics), {
    'soapstone_attempts_total{step="provision",outcome="retry",code="WHMCS_UNREACHABLE"}': 1,
    'soapstone_attempts_total{step="provision",outcome="advanced",code=""}': 1,
    'soapstone_attempt_seconds_count{step="provision"}': 2,
    'soapstone_attempt_seconds_bucket{le="0.25",step="provision"}': 1,
    'soapstone_ack_seconds_bucket{le="0.002"}': 0,
    'soapstone_ack_seconds_bucket{le="0.005"}': 1,
    soapstone_rescued_total: 2,
    soapstone_retired_total: 500,
  })
})

t.test('page shows the ledger as it is now, and forgets what is no more', async (t) => {
  let counts = [{ state: 'dead', step: 'provision', notifications: 3, oldestSeconds: 90.5 }]
  const metrics = createMetrics({ ...EMPTY, counts: async () => counts })
  const dead = 'soapstone_ledger_notifications{state="dead",step="provision"}'
  t.match(await samples(metrics), {
    [dead]: 3,
    'soapstone_ledger_oldest_seconds{state="dead",step="provision"}': 90.5,
  })
  counts = []
  t.notOk(dead in (await samples(metrics)))
})

t.test('page shows the stages and the recorder of this process', async (t) => {
  const stages = [
    { step: 'callback', held: 7, open: false },
    { step: 'provision', held: 0, open: true },
  ]
  const metrics = createMetrics({ ...EMPTY, stages: () => stages, waiting: () => 4 })
  t.match(await samples(metrics), {
    'soapstone_stage_held{step="callback"}': 7,
    'soapstone_stage_paused{step="callback"}': 0,
    'soapstone_stage_paused{step="provision"}': 1,
    soapstone_recorder_waiting: 4,
  })
})

t.test('page is there when the ledger is away: that is when it is read', async (t) => {
  const metrics = createMetrics({ ...EMPTY, counts: () => Promise.reject(new Error('away')), waiting: () => 9 })
  t.match(await samples(metrics), { soapstone_recorder_waiting: 9, soapstone_process_cpu_seconds_total: Number })
})

t.test('createMetrics keeps two processes in one apart', async (t) => {
  const [one, other] = [createMetrics(EMPTY), createMetrics(EMPTY)]
  one.rescued(1)
  t.equal((await samples(other)).soapstone_rescued_total, 0)
  t.match((await one.page()).type, /^text\/plain/)
})
