/** The process that is asked how orders stand: ours as `serve` has it, or what one writes first. */
import { createHash } from 'node:crypto'
import Fastify from 'fastify'
import pg from 'pg'
import { createMetrics } from '../../../src/http/metrics.ts'
import { createOrdersScope } from '../../../src/http/orders-scope.ts'
import { createListeners } from '../../../src/http/server.ts'
import { createOrderProgresses } from '../../../src/ledger/people/order-progress.ts'
import { LOOKS_UP_BY_KEY, openPool } from '../../../src/ledger/postgres/pool.ts'
import { createOrderStatuses } from '../../../src/operations/order-status.ts'
import { createOrderWatch } from '../../../src/operations/order-watch.ts'
import { createPortal } from '../../../src/portal/portal.ts'
import { createTexts } from '../../../src/portal/texts.ts'
import { createLog } from '../../../src/runtime/logger.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { serveParent } from '../child.ts'
import { SECRET } from './requests.ts'

async function ours(url: string): Promise<string> {
  const onError = (error: unknown) => void process.stderr.write(`${error}\n`)
  const pool = openPool({ url, connections: 3, name: 'soapstone bench orders', settings: LOOKS_UP_BY_KEY, onError })
  const statuses = createOrderStatuses(createOrderProgresses(pool, () => [ORGANIZATION]))
  const log = createLog('info')
  const metrics = createMetrics()
  const portal = createPortal({
    statuses,
    watch: createOrderWatch({ statuses, onError }),
    tokens: { who: async () => undefined },
    linkSecret: SECRET,
    origins: ['https://portal.example.com'],
    texts: createTexts(),
    now: () => new Date(),
    onRefused: onError,
    log,
  })
  const listeners = await createListeners({
    log,
    metrics,
    doors: [createOrdersScope({ parts: [portal], mostPerMinute: 1_000_000, isCheap: portal.isCheap })],
    readiness: async () => ({ ready: true, ledger: 'up', paused: [], marker: 'none' }),
    public: { host: '127.0.0.1', port: 0 },
    requestTimeoutMs: 60_000,
    maxEventLoopDelayMs: 1_000,
    maxConnections: 1_000,
  })
  return (await listeners.open()).url
}

const NEWEST = `
  select n.record_id, s.order_number, coalesce(o.state::text, 'open') as state, n.received_at, o.finalized_at, p.whmcs_order_id
  from ledger.notification n
  left join ledger.outcome o using (organization_id, notification_id, record_id)
  left join ledger.snapshot s using (organization_id, record_id)
  left join ledger.provisioning p on p.organization_id = n.organization_id and p.order_id = n.record_id
  where n.organization_id = $1 and n.record_id = $2
  order by n.received_at desc
  limit 1`

/** One question for each request, and a tag of what it brought. It asks for no right. */
async function naive(url: string): Promise<string> {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  const app = Fastify()
  app.get<{ Params: { orderId: string } }>('/orders/:orderId', async (request, reply) => {
    const { rows } = await pool.query({ name: 'newest', text: NEWEST, values: [ORGANIZATION, request.params.orderId] })
    const [row] = rows
    if (row === undefined) return reply.code(404).send()
    const body = JSON.stringify({
      orderId: row.record_id,
      orderNumber: row.order_number,
      status: row.state,
      updatedAt: row.finalized_at ?? row.received_at,
      whmcsOrderId: row.whmcs_order_id,
    })
    const etag = `"${createHash('sha1').update(body).digest('base64url')}"`
    reply.header('etag', etag).header('cache-control', 'private, no-cache').type('application/json')
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(body)
  })
  return await app.listen({ host: '127.0.0.1', port: 0 })
}

const [name = '', databaseUrl = ''] = process.argv.slice(2)
serveParent({
  start: async () => ({ url: await (name.startsWith('ours') ? ours : naive)(databaseUrl) }),
  async processorTime() {
    const { user, system } = process.cpuUsage()
    return { us: user + system }
  },
})
