/** The composition root: config in, running service out. The only file that knows all the others. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Step } from './domain/notification.ts'
import { purposeOf } from './domain/purpose.ts'
import { createApp } from './http/app.ts'
import { createMetrics, type Metrics } from './http/metrics.ts'
import { type Contract, loadContracts } from './ingress/outbound-message/contract.ts'
import { openBell } from './ledger/bell.ts'
import { createConveyor } from './ledger/conveyor.ts'
import { openPool, type Pool } from './ledger/db.ts'
import { type Embedded, openEmbedded } from './ledger/embedded.ts'
import { createInspector, type Inspector } from './ledger/inspect.ts'
import { migrate, schemaState } from './ledger/migrate.ts'
import { createProvisionings } from './ledger/provisioning.ts'
import { createRecorder } from './ledger/recorder.ts'
import { createVault } from './ledger/vault.ts'
import { createBreaker } from './pipeline/breaker.ts'
import { createCallback } from './pipeline/callback.ts'
import { createProvision } from './pipeline/provision.ts'
import { createRescuer } from './pipeline/rescuer.ts'
import { type Attempt, createStage, type Stage, type StageOptions } from './pipeline/stage.ts'
import { tell } from './pipeline/tell.ts'
import { createWriteBack } from './pipeline/write-back.ts'
import { toRules } from './salesforce/mapping.ts'
import { createOrders } from './salesforce/orders.ts'
import { createRest } from './salesforce/rest.ts'
import { createSessions } from './salesforce/session.ts'
import { createWhmcsClient } from './whmcs/client.ts'
import { createMarker } from './whmcs/marker.ts'
import { createWhmcsOrders } from './whmcs/orders.ts'

export interface Service {
  /** Where it listens. */
  url: string
  /** Takes no more messages, lets work in hand end, gives the rest back. */
  close(): Promise<void>
}

/** The database is not as this version needs it; the message says what to do. */
export class WrongSchema extends Error {}

/** Orders that may be read ahead of provisioning: more would only grow old. */
const READ_AHEAD = 1_000
/** What one call to Salesforce serves. */
const BATCH = 200
const POLL_MS = 1_000
/** How long a stage stands still: the first time, and each time it finds no change. */
const COOL_DOWNS = [5_000, 15_000, 30_000, 60_000, 300_000]

export async function start(config: Config, log: Logger): Promise<Service> {
  const contracts = await loadContracts(wsdlFolder(config))
  for (const { name, recordType } of contracts) {
    if (!purposeOf(recordType)) log.warn({ endpoint: name, recordType }, 'contract.without_purpose')
  }
  const embedded = config.DATABASE_URL === undefined ? await openEmbedded({ folder: config.DATA_FOLDER }) : undefined
  try {
    return await startOn({ config, contracts, url: config.DATABASE_URL ?? embedded?.url ?? '', embedded, log })
  } catch (error) {
    if (embedded?.started) await embedded.stop()
    throw error
  }
}

/** The contracts of this installation, or the one that comes with the package. */
export function wsdlFolder({ WSDL_FOLDER: folder }: Pick<Config, 'WSDL_FOLDER'>): string {
  if (folder !== undefined) return folder
  return existsSync('wsdl') ? 'wsdl' : fileURLToPath(new URL('.', import.meta.resolve('#wsdl/order.wsdl')))
}

interface Foundations {
  config: Config
  contracts: Contract[]
  url: string
  embedded: Embedded | undefined
  log: Logger
}

async function startOn({ config, contracts, url, embedded, log }: Foundations): Promise<Service> {
  await prepareSchema(url, embedded !== undefined, log)

  const worker = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`
  const onError = (error: unknown) => log.error({ err: error }, 'ledger.connection_failed')
  const ingestPool = openPool({
    url,
    connections: 3,
    name: 'soapstone recorder',
    connectMs: 2_000,
    statementMs: 4_000,
    onError,
  })
  const workPool = openPool({ url, connections: 8, name: 'soapstone worker', onError })
  const vault = config.SESSION_KEY && createVault(config.SESSION_KEY)
  const conveyor = createConveyor({
    runner: workPool,
    worker,
    leaseSeconds: config.LEASE_SECONDS,
    ...(vault && { vault }),
  })
  const inspector = createInspector(workPool)

  const stages: Stage[] = []
  const wakeAll = () => {
    for (const stage of stages) stage.wake()
  }
  const bell = openBell({ url, pool: workPool, onRing: wakeAll, onError })
  const recorder = createRecorder({
    runner: ingestPool,
    ...(vault && { vault }),
    onRecorded: () => {
      stages[0]?.wake()
      bell.ring()
    },
    onRefused: (error) => log.error({ err: error }, 'message.not_storable'),
  })
  const metrics = createMetrics({
    counts: async () => (await inspector.counts()).map((row) => ({ ...row, oldestSeconds: row.oldest_seconds })),
    stages: () => stages.map(({ step, status }) => ({ step, held: status.held, open: status.breaker !== 'closed' })),
    waiting: () => recorder.waiting,
  })
  stages.push(...createStages({ config, log, conveyor, workPool, metrics, wake: wakeOf(stages) }))
  const rescuer = createRescuer({
    rescues: conveyor,
    everyMs: (config.LEASE_SECONDS * 1_000) / 6,
    log,
    onRescued: (notifications) => {
      metrics.rescued(notifications)
      wakeAll()
    },
  })

  const app = await createApp({
    log,
    metrics,
    outboundMessages: {
      recorder,
      contracts,
      organizationId: config.SALESFORCE_ORG_ID,
      foreignOrganizations: config.FOREIGN_ORGANIZATIONS,
      unknownFields: config.UNKNOWN_FIELDS,
      ...(config.PUBLIC_URL !== undefined && { publicUrl: config.PUBLIC_URL }),
      ...(config.OUTBOUND_MESSAGE_KEY !== undefined && { key: config.OUTBOUND_MESSAGE_KEY }),
      bodyLimit: config.BODY_LIMIT,
      bodyBudget: Math.max(config.BODY_LIMIT * 4, 128 * 1024 * 1024),
      onReceived: metrics.received,
    },
    readiness: () => readiness(inspector),
    requestTimeoutMs: 30_000,
    maxEventLoopDelayMs: 1_000,
    maxConnections: 1_000,
  })
  const address = await app.listen({ host: config.HOST, port: config.PORT })
  for (const stage of stages) stage.start()
  rescuer.start()
  log.info({ address, worker, database: embedded ? 'embedded' : 'external' }, 'soapstone.started')

  return {
    url: address,
    async close() {
      // First the door: what was received is answered. Then the work in hand. Then the ledger.
      await app.close()
      await recorder.drain()
      await Promise.all([...stages.map((stage) => stage.stop(config.DRAIN_SECONDS * 1_000)), rescuer.stop()])
      await bell.close()
      await Promise.all([ingestPool.end(), workPool.end()])
      if (embedded?.started) await embedded.stop()
      log.info({ worker }, 'soapstone.stopped')
    },
  }
}

/** An empty or embedded database is brought up to date; a production schema is changed by `soapstone migrate` alone. */
async function prepareSchema(url: string, embedded: boolean, log: Logger): Promise<void> {
  const state = await schemaState(url)
  if (state.kind === 'ahead') {
    throw new WrongSchema(
      `the database is newer than this version (it has ${state.unknown.join(', ')}): install a newer soapstone`,
    )
  }
  if (state.kind === 'behind' && !embedded) {
    throw new WrongSchema(
      `the database is older than this version (it lacks ${state.missing.join(', ')}): run soapstone migrate`,
    )
  }
  if (state.kind !== 'current') {
    const ran = await migrate(url)
    log.info({ migrations: ran }, 'ledger.migrated')
  }
}

function wakeOf(stages: Stage[]) {
  return (step: Step) => stages.find((stage) => stage.step === step)?.wake()
}

interface StagesOptions {
  config: Config
  log: Logger
  conveyor: ReturnType<typeof createConveyor>
  workPool: Pool
  metrics: Metrics
  wake: (step: Step) => void
}

function createStages({ config, log, conveyor, workPool, metrics, wake }: StagesOptions): Stage[] {
  const now = () => new Date()
  const rules = toRules(config.mapping)
  const sessions = createSessions({
    instanceUrl: config.SALESFORCE_INSTANCE_URL,
    apiVersion: config.SALESFORCE_API_VERSION,
    ...(config.oauth && { oauth: config.oauth }),
    timeoutMs: config.SALESFORCE_TIMEOUT,
    now,
  })
  const orders = createOrders({
    sessions,
    rest: createRest(),
    mapping: config.mapping,
    now,
  })
  const whmcs = createWhmcsOrders({
    client: createWhmcsClient({
      url: config.WHMCS_URL,
      identifier: config.WHMCS_IDENTIFIER,
      secret: config.WHMCS_SECRET,
      ...(config.WHMCS_ACCESS_KEY !== undefined && { accessKey: config.WHMCS_ACCESS_KEY }),
    }),
    marker: createMarker(config.WHMCS_MARKER, config.mapping.markerFields),
    paymentMethod: config.WHMCS_PAYMENT_METHOD,
    invoices: config.WHMCS_INVOICES,
    mails: config.WHMCS_MAILS,
    readTimeoutMs: Math.min(30_000, config.WHMCS_TIMEOUT),
    writeTimeoutMs: config.WHMCS_TIMEOUT,
  })
  const common = {
    conveyor,
    policy: {
      schedule: config.RETRY_SCHEDULE,
      unknownDelayMs: config.WHMCS_SETTLE_SECONDS * 1_000,
      pauseDelayMs: 1_000,
      random: Math.random,
    },
    leaseMs: config.LEASE_SECONDS * 1_000,
    pollMs: POLL_MS,
    now: () => performance.now(),
    log,
    onAttempt: (attempt: Attempt) => tell(attempt, log, metrics),
    onDue: wake,
  }
  const breaker = () => createBreaker({ threshold: 5, coolDowns: COOL_DOWNS, now: common.now })
  const batches = { ...common, runSize: BATCH, concurrency: 2, hold: 2 * BATCH, gatherMs: config.BATCH_WAIT }
  const concurrency = config.PROVISION_CONCURRENCY

  const stages: StageOptions[] = [
    {
      ...batches,
      step: 'callback',
      breaker: breaker(),
      run: createCallback({ orders, snapshots: conveyor, rules }),
      mayClaim: async (wanted) => Math.min(wanted, READ_AHEAD - (await conveyor.backlog('provision', READ_AHEAD))),
    },
    {
      ...common,
      step: 'provision',
      breaker: breaker(),
      runSize: 1,
      gatherMs: 0,
      concurrency,
      hold: concurrency * 2,
      run: createProvision({
        intents: createProvisionings(workPool),
        whmcs,
        rules,
        settleSeconds: config.WHMCS_SETTLE_SECONDS,
        snapshotMaxAgeMs: config.SNAPSHOT_MAX_AGE,
        now,
      }),
    },
    { ...batches, step: 'write_back', breaker: breaker(), run: createWriteBack({ reports: orders }) },
  ]
  return stages.map(createStage)
}

async function readiness(inspector: Inspector) {
  try {
    const pauses = await inspector.pauses()
    const paused = pauses.map(({ step, code, message, since }) => ({ step, code, message, since: since.toISOString() }))
    return { ready: true, ledger: 'up' as const, paused }
  } catch {
    return { ready: false, ledger: 'down' as const, paused: [] }
  }
}
