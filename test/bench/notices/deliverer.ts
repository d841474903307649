/** The part of `serve` that delivers, alone: what it is to tell it writes itself, as a stage that settles would. */
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../../src/config/read.ts'
import { createMetrics } from '../../../src/http/metrics.ts'
import { createLog } from '../../../src/runtime/logger.ts'
import { createTalliesOf } from '../../../src/service/alerts.ts'
import { createNotices } from '../../../src/service/notices.ts'
import { openPools } from '../../../src/service/pools.ts'
import { numberOf, serveParent } from '../child.ts'

const [, , , url = ''] = process.argv
const { config, problems } = readConfig({
  DATABASE_URL: url,
  SALESFORCE_ORG_ID: '00DSs0000012AbCMAU',
  SALESFORCE_INSTANCE_URL: 'https://acme.my.salesforce.com',
  SALESFORCE_CLIENT_ID: 'id',
  SALESFORCE_CLIENT_SECRET: 'secret',
  WHMCS_URL: 'https://billing.example.com',
  WHMCS_IDENTIFIER: 'id',
  WHMCS_SECRET: 'secret',
  WEBHOOK_ALLOW_PRIVATE: 'true',
})
if (config === undefined) throw new Error(problems.join('\n'))
const log = createLog('info', { write: () => {} })
const pools = openPools(url, (error) => void process.stderr.write(`${error}\n`))
const tallies = createTalliesOf(pools)
const notices = createNotices({ config, pools, worker: 'bench', works: true, log, metrics: createMetrics(), tallies })

serveParent({
  async start() {
    notices.start()
    return {}
  },
  async write(parcel) {
    const [seconds, perSecond, endpoints] = ['seconds', 'perSecond', 'endpoints'].map((name) => numberOf(parcel, name))
    await write(seconds ?? 0, { perSecond: perSecond ?? 0, endpoints: endpoints ?? 0 })
    return {}
  },
  async processorTime() {
    const { user, system } = process.cpuUsage()
    return { us: user + system }
  },
})

/** Events are written so often a second, in small transactions as settlements are, each of another order. */
const TICKS = 20
let written = 0

async function write(seconds: number, { perSecond, endpoints }: { perSecond: number; endpoints: number }) {
  const began = performance.now()
  for (let tick = 0; tick < seconds * TICKS; tick++) {
    await pools.people.query(
      `insert into ledger.event (organization_id, type, subject, data)
       select '', 'order.provisioned', 'order ' || $1::bigint + i, jsonb_build_object('organizationId', '00DSs0000012AbCMAU',
         'orderId', '801Ss00000KxY1zIAF', 'whmcsOrderId', '501', 'endpoint', (i % $3::integer)::text,
         'at', extract(epoch from clock_timestamp()) * 1000)
       from generate_series(1, $2::integer) as i`,
      [written, perSecond / TICKS, endpoints],
    )
    written += perSecond / TICKS
    notices.wake()
    await sleep(Math.max(0, began + ((tick + 1) * 1_000) / TICKS - performance.now()))
  }
}
