/** The composition root: config in, running service out. */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Logger } from 'pino'
import type { Organization } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import { purposeOf, TOMBSTONE } from '../domain/purpose.ts'
import type { Contract } from '../doors/outbound-message/contract.ts'
import { createSecurity } from '../doors/security.ts'
import { MOST_CONNECTIONS } from '../http/file-limit.ts'
import { createMetrics } from '../http/metrics.ts'
import { createListeners } from '../http/server.ts'
import { createInspector } from '../ledger/people/inspect.ts'
import { createAnnouncer, openListener } from '../ledger/postgres/due-notices.ts'
import { loadStatements } from '../ledger/postgres/query.ts'
import { confirming } from '../ledger/record/confirm.ts'
import { createRecorder } from '../ledger/record/recorder.ts'
import { createVault } from '../ledger/record/vault.ts'
import { prepareSchema } from '../ledger/schema/prepare.ts'
import { every } from '../runtime/every.ts'
import { createAccess } from './access.ts'
import { createAdmin } from './admin.ts'
import { createTalliesOf } from './alerts.ts'
import { contractsOf, wsdlFolder } from './contracts.ts'
import { type Database, openDatabase } from './database.ts'
import { startHeartbeat } from './heartbeat.ts'
import { startLiveMappings } from './live-mappings.ts'
import { reloadMappings } from './mappings.ts'
import { joining } from './member.ts'
import { createMembers, openIn } from './members.ts'
import { createNotices } from './notices.ts'
import { createOrders } from './orders.ts'
import { outboundMessages, REQUEST_TIMEOUT_MS } from './outbound-messages.ts'
import { subscriptionGauges } from './platform-events.ts'
import { openPools } from './pools.ts'
import { createProbe } from './probe.ts'
import { createReadiness } from './readiness.ts'
import { createReloads } from './reloads.ts'
import { sourcesOf } from './sources.ts'
import { watchStoring } from './storing.ts'
import { tallied } from './tallied.ts'
import { createTransport } from './transport.ts'
import { startUpkeep } from './upkeep.ts'
import { createWakes } from './wakes.ts'

/** A process that comes round so late has more to do than it can. Its senders come again. */
const MAX_EVENT_LOOP_DELAY_MS = 1_000

/** Between two commits that try whether anything can be stored, ms. */
const PROBE_MS = 5_000

export interface Service {
  /** Where messages are taken. */
  url: string
  /** Where admins find metrics, and health in detail. Absent: nowhere. */
  adminUrl?: string
  /** Takes these organisations and their mappings, as they are now. Throws where the ledger can't keep one. */
  reload(organizations: Organization[]): Promise<void>
  /** Takes no more messages, lets work in hand end, and gives the rest back. */
  close(): Promise<void>
}

/** Half of the service: `listen` takes messages and stores them, `work` does what they ask for. */
export type Half = 'listen' | 'work'

export interface StartOptions {
  config: Config
  /** Whose messages are taken, and whose orders are worked on. */
  organizations: Organization[]
  log: Logger
  /** Absent: both. */
  only?: Half | undefined
  /** Event loop delay from which the doors refuse what comes, ms. 0: they take it however late. */
  maxEventLoopDelayMs?: number
}

export async function start(options: StartOptions): Promise<Service> {
  const { config, organizations, log, only, maxEventLoopDelayMs = MAX_EVENT_LOOP_DELAY_MS } = options
  const contracts = only === 'work' ? [] : await contractsOf(wsdlFolder(config.WSDL_FOLDER), organizations)
  for (const { name, recordType } of contracts) {
    if (!purposeOf(recordType) && recordType !== TOMBSTONE)
      log.warn({ endpoint: name, recordType }, 'contract.without_purpose')
  }
  loadStatements()
  const database = await openDatabase({ url: config.DATABASE_URL, folder: config.DATA_FOLDER }, 'make')
  try {
    return await startOn({
      config,
      organizations,
      contracts,
      works: only !== 'listen',
      database,
      log,
      maxEventLoopDelayMs,
    })
  } catch (error) {
    await database.close()
    throw error
  }
}

interface Foundations {
  config: Config
  organizations: Organization[]
  /** None: it takes no messages. */
  contracts: Contract[]
  works: boolean
  database: Database
  log: Logger
  maxEventLoopDelayMs: number
}

async function startOn(foundations: Foundations): Promise<Service> {
  const { config, contracts, works, database, log, maxEventLoopDelayMs } = foundations
  const organizations = [...foundations.organizations]
  const { url } = database
  const { ran, unknown, warnings } = await prepareSchema(url, (holder, seconds) =>
    log.warn({ holder, seconds }, 'ledger.migration_waits'),
  )
  for (const warning of warnings) log.warn({ warning }, 'ledger.migration_warning')
  if (ran.length > 0) log.info({ migrations: ran }, 'ledger.migrated')
  if (unknown.length > 0) log.warn({ migrations: unknown }, 'ledger.ahead')

  const worker = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`
  const onError = (error: unknown) => log.error({ err: error }, 'ledger.connection_failed')
  const pools = openPools(url, onError)
  const now = () => performance.now()
  const probe = createProbe(pools)
  const storing = watchStoring({ runner: pools.ingest, probe, now })
  // Before all others: it keeps its connection, so that what comes later can't use all of them up.
  const reason = await storing.reason()
  if (reason !== undefined) log.warn({ reason }, 'ledger.not_storing')
  const vault = config.SESSION_KEY && createVault(config.SESSION_KEY)
  const tallies = createTalliesOf(pools)
  const metrics = tallied(createMetrics(), tallies, organizations)
  const wakes = createWakes()
  const announcer = createAnnouncer({ pool: pools.people, worker, onError })
  const onRecorded = (organizationId: string) => {
    const due = { organizationId, step: 'callback' } as const
    wakes.wake(due)
    announcer.announce(due)
  }
  const security = createSecurity({ log, onEvent: metrics.security, onReport: tallies.refused, now })
  const reloads = createReloads(log)
  const transport = await createTransport(config, { reloads, security, log })
  const access = createAccess({ runner: pools.people, log, adminUrl: config.ADMIN_URL })
  const orders = createOrders({
    ...{ config, organizations, pools, onRecorded, security, log },
    gate: transport.quickAction,
    tokens: access.tokens,
  })
  const recorder = createRecorder({
    runner: confirming(storing.runner),
    ...(vault && { vault }),
    onRecorded: (organizationIds) => organizationIds.forEach(onRecorded),
    onRefused: (error) => log.error({ err: error }, 'message.not_storable'),
  })
  const notices = createNotices({ config, pools, worker, works, log, metrics, tallies })
  const join = joining({
    ...{ config, url, worker, pools, recorder, wakes, log, metrics, tallies, onRecorded, onError },
    ...(vault && { vault }),
    onMoved(orderId) {
      orders.hint([orderId])
      announcer.announceOrder(orderId)
    },
    onSettled: notices.wake,
  })
  const inspector = createInspector(pools.watch)
  const members = await createMembers({ organizations, works, join, open: openIn(inspector), log })
  const { atWork } = members
  if (config.PUBSUB_TOPICS !== undefined) {
    metrics.events.watch(() => subscriptionGauges(pools.watch, organizations))
  }
  pools.history.onTakeover(() => {
    log.warn({}, 'ledger.taken_over')
    for (const organization of atWork) organization.lookForDuplicates()
  })
  metrics.watch(sourcesOf({ organizations, atWork, inspector, recorder, pools }))
  const markers = () =>
    works
      ? atWork.map((one) => one.marker())
      : organizations.map(({ whmcs }) => (whmcs.marker === 'none' ? 'none' : 'unknown'))

  const door = outboundMessages({
    ...{ config, organizations, contracts, recorder, security, metrics, log },
    gate: transport.outboundMessages,
  })

  const admin =
    works && config.ADMIN_PORT !== undefined
      ? createAdmin({ config, organizations, url, history: pools.history, access, log })
      : undefined
  const listeners = await createListeners({
    log,
    metrics,
    ...(admin && { admin: admin.routes }),
    doors: contracts.length === 0 ? [] : [door, orders.door],
    readiness: createReadiness({ storing, inspector, markers, now }),
    public: { host: config.HOST, port: config.PORT },
    ...(transport.tls && { tls: transport.tls }),
    ...(transport.proxies && { proxies: transport.proxies }),
    ...(config.ADMIN_PORT !== undefined && { private: { host: config.ADMIN_HOST, port: config.ADMIN_PORT } }),
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    maxEventLoopDelayMs,
    maxConnections: MOST_CONNECTIONS,
  })
  // Also where nobody asks for health: what it has confirmed the ledger must never lack again.
  const probing = every(
    { name: 'probe', everyMs: PROBE_MS, longestMs: PROBE_MS, turn: async () => void (await probe()) },
    {
      onFailed: (error) => log.error({ err: error }, 'ledger.not_storing'),
      onRecovered: () => log.info('ledger.storing'),
    },
  )
  const { url: address, adminUrl } = await listeners.open()
  admin?.sayWhoMay(adminUrl).catch(onError)
  notices.start()
  // After those who can't begin without a connection.
  const listener = openListener({ url, worker, onDue: wakes.wake, onOrders: orders.hint, onError })
  const liveMappings = await startLiveMappings({ organizations: atWork, runner: pools.people, log })
  await members.start()
  const reloading = reloads.start()
  const heartbeat = startHeartbeat({ runner: pools.people, worker, markers, log })
  const upkeep = works ? startUpkeep({ config, worker, pools, organizations, wakes, log, metrics }) : []
  log.info({ address, adminAddress: adminUrl, worker, database: database.kind }, 'soapstone.started')

  return {
    url: address,
    ...(adminUrl !== undefined && { adminUrl }),
    async reload(given) {
      await members.change(given)
      await reloadMappings(atWork, given, log)
    },
    async close() {
      // First the doors: what was received is answered. Then the work in hand, while health and metrics still say how it
      // goes. Then the ledger.
      await listeners.closeDoors()
      await recorder.drain()
      await Promise.all([
        members.stop(),
        ...upkeep.map((job) => job.stop()),
        notices.stop(config.DRAIN_SECONDS * 1_000),
        probing.stop(),
        liveMappings.stop(),
        heartbeat.stop(),
        reloading.stop(),
        orders.stop(),
      ])
      await listeners.close()
      await admin?.close()
      announcer.close()
      await listener.close()
      await pools.end()
      await database.close()
      log.info({ worker }, 'soapstone.stopped')
    },
  }
}
