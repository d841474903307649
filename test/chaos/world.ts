/** Everything that the test is made of: Postgres, both simulators, two serves, and the lines between them. */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Salesforce, startSalesforce } from '../simulators/salesforce.ts'
import { settingsOf } from '../simulators/settings.ts'
import { startWhmcs, type Whmcs } from '../simulators/whmcs.ts'
import { type Events, openEvents } from './events.ts'
import { defineFields, needsSettings } from './needs.ts'
import { openPairPostgres } from './pair.ts'
import { isMoment, type LedgerKind, type Moment, STATEMENTS } from './plan.ts'
import { openPostgres, type Postgres } from './postgres.ts'
import { type Line, openLine } from './proxy.ts'
import { createServe, type Serve } from './serve.ts'

/** What a serve is connected by. `door`: between Salesforce's sender and the serve. */
export const LINES = ['door', 'ledger', 'whmcs', 'salesforce', 'events'] as const
export type LineName = (typeof LINES)[number]

export interface Node {
  serve: Serve
  lines: Record<LineName, Line>
  endpoint: string
}

export interface World {
  folder: string
  postgres: Postgres
  salesforce: Salesforce
  whmcs: Whmcs
  /** The Pub/Sub API. */
  events: Events
  nodes: Node[]
  /** AddOrder as WHMCS received it: how often, by Salesforce order. */
  sent: Map<string, number>
  /** Tells of what happens right now, and by which serve, where that can be known. */
  onMoment(listener: MomentListener): void
  /** Keeps what happened, to be read after a violation. */
  note(what: string): void
  close(): Promise<void>
}

type MomentListener = (moment: Moment, node: string | undefined) => void

const NAMES = ['alpha', 'beta']
/** Much longer than any round: faults must not use it up. */
const RETRY_SCHEDULE = [...Array<string>(20).fill('200ms'), ...Array<string>(30).fill('2s')].join(',')

export interface WorldOptions {
  /** Other settings for both serves. */
  more?: Record<string, string>
  ledger?: LedgerKind
}

export async function openWorld(folder: string, options: WorldOptions = {}): Promise<World> {
  const { more = {}, ledger = 'one' } = options
  await mkdir(folder, { recursive: true })
  const postgres = await (ledger === 'one' ? openPostgres(folder) : openPairPostgres(folder))
  const [salesforce, whmcs] = await Promise.all([startSalesforce({ latencyMs: 20 }), startWhmcs({ latencyMs: 30 })])
  const log = createWriteStream(join(folder, 'events.log'))
  const events = await openEvents(salesforce)
  const note = (what: string) => void log.write(`${new Date().toISOString()} ${what}\n`)
  const sent = new Map<string, number>()
  const listeners: MomentListener[] = []
  const reach: MomentListener = (moment, node) => {
    for (const listener of listeners) listener(moment, node)
  }
  listen({ salesforce, whmcs, sent, note, reach })

  defineFields(salesforce)
  const shared = { ...settings(salesforce, whmcs), ...events.settings, ...(await needsSettings(folder)), ...more }
  const nodes = await Promise.all(
    NAMES.map((name) => openNode(name, { folder, postgres, salesforce, whmcs, events, shared, reach })),
  )
  await Promise.all(nodes.map(({ serve }) => serve.up()))
  return {
    folder,
    postgres,
    salesforce,
    whmcs,
    events,
    nodes,
    sent,
    onMoment: (listener) => {
      listeners.push(listener)
    },
    note,
    async close() {
      await Promise.all(nodes.map(({ serve }) => serve.stop()))
      await Promise.all(nodes.flatMap(({ lines }) => Object.values(lines).map((line) => line.close())))
      await Promise.all([salesforce.close(), whmcs.close(), events.close(), postgres.close()])
      log.end()
    },
  }
}

interface Around {
  folder: string
  postgres: Postgres
  salesforce: Salesforce
  whmcs: Whmcs
  events: Events
  shared: Record<string, string>
  reach: MomentListener
}

async function openNode(
  name: string,
  { folder, postgres, salesforce, whmcs, events, shared, reach }: Around,
): Promise<Node> {
  const to = (url: string) => openLine(() => Number(new URL(url).port))
  const [door, ledger, whmcsLine, salesforceLine, eventsLine] = await Promise.all([
    openLine(() => serve.port),
    openLine(
      () => postgres.port,
      (bytes) => {
        // Prepared statements go by their names.
        for (const statement of STATEMENTS) if (bytes.includes(`${statement}\0`)) reach(`ledger got ${statement}`, name)
      },
    ),
    to(whmcs.url),
    to(salesforce.url),
    openLine(() => events.port),
  ])
  // One of them knows nothing but the front, the other knows all there are.
  const others = name === 'beta' && postgres.hosts().length > 1 ? postgres.hosts() : []
  const serve = createServe(name, folder, {
    ...shared,
    DATABASE_URL: `postgres://soapstone@${[ledger.port, ...others].map((port) => `127.0.0.1:${port}`).join(',')}/soapstone`,
    SALESFORCE_INSTANCE_URL: `http://127.0.0.1:${salesforceLine.port}`,
    PUBSUB_ENDPOINT: `http://127.0.0.1:${eventsLine.port}`,
    WHMCS_URL: `http://127.0.0.1:${whmcsLine.port}/whmcs`,
    // The simulator asks for none: so it tells whose call it is.
    WHMCS_ACCESS_KEY: name,
    CHAOS_CLOCK_JUMP_MS: name === 'alpha' ? '3600000' : '-3600000',
  })
  const lines = { door, ledger, whmcs: whmcsLine, salesforce: salesforceLine, events: eventsLine }
  return { serve, lines, endpoint: `http://127.0.0.1:${door.port}/outbound-messages/order` }
}

function settings(salesforce: Salesforce, whmcs: Whmcs): Record<string, string> {
  return {
    PORT: '0',
    ADMIN_PORT: '0',
    ...settingsOf(salesforce, whmcs),
    SALESFORCE_TIMEOUT: '2s',
    SESSION_KEY: randomBytes(32).toString('base64'),
    WHMCS_TIMEOUT: '2s',
    WHMCS_SETTLE_SECONDS: '3',
    LEASE_SECONDS: '2',
    BATCH_WAIT: '50ms',
    DRAIN_SECONDS: '2',
    PROVISION_CONCURRENCY: '8',
    RETRY_SCHEDULE,
  }
}

interface Watched {
  salesforce: Salesforce
  whmcs: Whmcs
  sent: Map<string, number>
  note(what: string): void
  reach: MomentListener
}

function listen({ salesforce, whmcs, sent, note, reach }: Watched): void {
  const about = (params: Record<string, unknown>) => `${params.accesskey} ${params.notes ?? params.orderid ?? ''}`
  const tell = (moment: string, node?: unknown) => {
    if (isMoment(moment)) reach(moment, node === undefined ? undefined : String(node))
  }
  whmcs.on('call', ({ action, params }) => {
    note(`WHMCS got ${action} from ${about(params)}`)
    const [, orderId] = /sfOrderId=(\w+)/.exec(String(params.notes)) ?? []
    if (action === 'AddOrder' && orderId !== undefined) sent.set(orderId, (sent.get(orderId) ?? 0) + 1)
    tell(`WHMCS got ${action}`, params.accesskey)
  })
  whmcs.on('done', ({ action, params, order }) => {
    if (action === 'AddOrder' || action === 'AcceptOrder') note(`WHMCS did ${action} of ${about(params)}: ${order?.id}`)
    tell(`WHMCS did ${action}`, params.accesskey)
  })
  salesforce.on('call', ({ kind }) => tell(`Salesforce got ${kind}`))
}
