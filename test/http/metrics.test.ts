import t from 'tap'
import type { Sources } from '../../src/http/gauges.ts'
import { createMetrics } from '../../src/http/metrics.ts'

const EMPTY: Sources = { counts: async () => [], stages: () => [], waiting: () => 0, pools: () => [] }

function watching(sources: Sources = EMPTY) {
  const metrics = createMetrics()
  metrics.watch(sources)
  return metrics
}

/** The samples of our own metrics: name with labels -> value. */
async function samples(metrics: ReturnType<typeof createMetrics>): Promise<Record<string, number>> {
  const { text } = await metrics.page()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]))
}

t.test('page counts messages by result, and notifications new and known', async (t) => {
  const metrics = watching()
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
  const metrics = watching()
  metrics.attempted({
    organization: 'acme',
    step: 'provision',
    outcome: 'retry',
    code: 'WHMCS_UNREACHABLE',
    seconds: 0.2,
  })
  metrics.attempted({ organization: 'acme', step: 'provision', outcome: 'advanced', code: '', seconds: 3 })
  metrics.acked(0.003)
  metrics.rescued({ organization: 'acme', notifications: 2 })
  metrics.retired(500)
  t.match(await samples(metrics), {
    'soapstone_attempts_total{organization="acme",step="provision",outcome="retry",code="WHMCS_UNREACHABLE"}': 1,
    'soapstone_attempts_total{organization="acme",step="provision",outcome="advanced",code=""}': 1,
    'soapstone_attempt_seconds_count{organization="acme",step="provision"}': 2,
    'soapstone_attempt_seconds_bucket{le="0.25",organization="acme",step="provision"}': 1,
    'soapstone_ack_seconds_bucket{le="0.002"}': 0,
    'soapstone_ack_seconds_bucket{le="0.005"}': 1,
    'soapstone_rescued_total{organization="acme"}': 2,
    soapstone_retired_total: 500,
  })
})

t.test('page says how long orders took from receipt to end, by how they ended', async (t) => {
  const metrics = watching()
  metrics.ended({ organization: 'acme', outcome: 'completed', seconds: 7 })
  metrics.ended({ organization: 'acme', outcome: 'dead', seconds: 90_000 })
  t.match(await samples(metrics), {
    'soapstone_order_seconds_bucket{le="5",organization="acme",outcome="completed"}': 0,
    'soapstone_order_seconds_bucket{le="10",organization="acme",outcome="completed"}': 1,
    'soapstone_order_seconds_sum{organization="acme",outcome="completed"}': 7,
    'soapstone_order_seconds_bucket{le="86400",organization="acme",outcome="dead"}': 0,
    'soapstone_order_seconds_count{organization="acme",outcome="dead"}': 1,
  })
})

t.test('page counts and times the calls to the other systems, and the budget of one', async (t) => {
  const metrics = watching()
  const call = { organization: 'acme', action: 'AddOrder', result: 'unclear', seconds: 61 }
  metrics.called({ system: 'whmcs', ...call })
  metrics.called({ ...call, system: 'salesforce', action: 'query', result: 'success', seconds: 0.2 })
  metrics.apiRequests({ organization: 'acme', used: 4_000, max: 15_000 })
  t.match(await samples(metrics), {
    'soapstone_whmcs_calls_total{organization="acme",action="AddOrder",result="unclear"}': 1,
    'soapstone_whmcs_call_seconds_bucket{le="60",organization="acme",action="AddOrder",result="unclear"}': 0,
    'soapstone_salesforce_call_seconds_sum{organization="acme",action="query",result="success"}': 0.2,
    'soapstone_salesforce_api_remaining{organization="acme"}': 11_000,
    'soapstone_salesforce_api_max{organization="acme"}': 15_000,
  })
})

t.test('page shows the ledger as it is now, and forgets what is no more', async (t) => {
  let asked = 0
  let counts = [{ organization: 'acme', state: 'dead', step: 'provision', notifications: 3, oldestSeconds: 90.5 }]
  const metrics = watching({
    ...EMPTY,
    counts: async () => {
      asked += 1
      return counts
    },
  })
  const dead = 'soapstone_ledger_notifications{organization="acme",state="dead",step="provision"}'
  t.match(await samples(metrics), {
    [dead]: 3,
    'soapstone_ledger_oldest_seconds{organization="acme",state="dead",step="provision"}': 90.5,
  })
  t.equal(asked, 1, 'one question a page')
  counts = []
  t.notOk(dead in (await samples(metrics)))
})

t.test('page shows the stages and the recorder of this process', async (t) => {
  const stages = [
    { organization: 'acme', step: 'callback', leased: 7, paused: false },
    { organization: 'acme', step: 'provision', leased: 0, paused: true },
  ]
  const metrics = watching({
    ...EMPTY,
    stages: () => stages,
    waiting: () => 4,
    pools: () => [{ pool: 'claims', open: 2, busy: 1, most: 4 }],
  })
  t.match(await samples(metrics), {
    'soapstone_stage_leased{organization="acme",step="callback"}': 7,
    'soapstone_stage_paused{organization="acme",step="callback"}': 0,
    'soapstone_stage_paused{organization="acme",step="provision"}': 1,
    soapstone_recorder_waiting: 4,
    'soapstone_pool_connections{pool="claims",state="busy"}': 1,
    'soapstone_pool_connections{pool="claims",state="idle"}': 1,
    'soapstone_pool_connections_max{pool="claims"}': 4,
  })
})

t.test('page is there when the ledger is away: that is when it is read', async (t) => {
  const metrics = watching({ ...EMPTY, counts: () => Promise.reject(new Error('away')), waiting: () => 9 })
  t.match(await samples(metrics), { soapstone_recorder_waiting: 9, soapstone_process_cpu_seconds_total: Number })
})

t.test('createMetrics keeps two processes in one apart', async (t) => {
  const [one, other] = [watching(), watching()]
  one.rescued({ organization: 'acme', notifications: 1 })
  t.notOk('soapstone_rescued_total{organization="acme"}' in (await samples(other)))
  t.match((await one.page()).type, /^text\/plain/)
})
