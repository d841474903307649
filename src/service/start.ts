/** The composition root: config in, running service out. The only file that knows all the others. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { Config } from '../config/read.ts'
import type { Step } from '../domain/notification.ts'
import { purposeOf } from '../domain/purpose.ts'
import { type Contract, loadContracts } from '../doors/outbound-message/contract.ts'
import type { Readiness } from '../http/health.ts'
import { createMetrics } from '../http/metrics.ts'
import { createApp } from '../http/server.ts'
import { createInspector, type Inspector } from '../ledger/people/inspect.ts'
import { createAnnouncer, openListener } from '../ledger/postgres/due-notices.ts'
import { type Embedded, openEmbedded } from '../ledger/postgres/embedded.ts'
import { LOOKS_UP_BY_KEY, openPool } from '../ledger/postgres/pool.ts'
import { createRecorder } from '../ledger/record/recorder.ts'
import { createVault } from '../ledger/record/vault.ts'
import { prepareSchema } from '../ledger/schema/prepare.ts'
import { createRetirement } from '../ledger/upkeep/retirement.ts'
import { createStatistics } from '../ledger/upkeep/statistics.ts'
import { createDocuments } from '../ledger/work/documents.ts'
import { createPauses } from '../ledger/work/pauses.ts'
import { createQueue } from '../ledger/work/queue.ts'
import { createSessions } from '../ledger/work/sessions.ts'
import { shareOut } from '../pipeline/stage/leases.ts'
import type { Stage } from '../pipeline/stage/stage.ts'
import { tell } from '../pipeline/stage/tell.ts'
import { createAnalyse } from '../pipeline/upkeep/analyse.ts'
import { createRescue } from '../pipeline/upkeep/rescue.ts'
import { createRetire } from '../pipeline/upkeep/retire.ts'
import { createSweepSessions } from '../pipeline/upkeep/sweep-sessions.ts'
import { every, type Job, type Running } from '../runtime/every.ts'
import { createStages } from './stages.ts'

export interface Service {
  /** Where it listens. */
  url: string
  /** Takes no more messages, lets work in hand end, gives the rest back. */
  close(): Promise<void>
}

/** Half of the service: `listen` takes messages and stores them, `work` does what they ask for. */
export type Half = 'listen' | 'work'

export async function start(config: Config, log: Logger, only?: Half): Promise<Service> {
  const contracts = only === 'work' ? [] : await loadContracts(wsdlFolder(config))
  for (const { name, recordType } of contracts) {
    if (!purposeOf(recordType)) log.warn({ endpoint: name, recordType }, 'contract.without_purpose')
  }
  const embedded = config.DATABASE_URL === undefined ? await openEmbedded({ folder: config.DATA_FOLDER }) : undefined
  try {
    const url = config.DATABASE_URL ?? embedded?.url ?? ''
    return await startOn({ config, contracts, works: only !== 'listen', url, embedded, log })
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
  /** None: it takes no messages. */
  contracts: Contract[]
  works: boolean
  url: string
  embedded: Embedded | undefined
  log: Logger
}

async function startOn({ config, contracts, works, url, embedded, log }: Foundations): Promise<Service> {
  const database = embedded ? 'embedded' : 'external'
  const { ran, unknown } = await prepareSchema(url)
  if (ran.length > 0) log.info({ migrations: ran }, 'ledger.migrated')
  if (unknown.length > 0) log.warn({ migrations: unknown }, 'ledger.ahead')

  const worker = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`
  const onError = (error: unknown) => log.error({ err: error }, 'ledger.connection_failed')
  const ingestPool = openPool({
    url,
    connections: 3,
    name: 'soapstone recorder',
    connectMs: 2_000,
    // The recorder has its own, shorter deadline for each statement; this is for those that it gave up.
    statementMs: 40_000,
    onError,
  })
  const workPool = openPool({ url, connections: 8, name: 'soapstone worker', settings: LOOKS_UP_BY_KEY, onError })
  const vault = config.SESSION_KEY && createVault(config.SESSION_KEY)
  const { leaseMs, rescueEveryMs } = shareOut(config.LEASE_SECONDS)
  const mine = { runner: workPool, worker, organizationId: config.SALESFORCE_ORG_ID }
  const queue = createQueue({ ...mine, leaseSeconds: leaseMs / 1_000, ...(vault && { vault }) })
  const inspector = createInspector(workPool)

  const stages: Stage[] = []
  let marker: Readiness['marker'] = config.WHMCS_MARKER === 'none' ? 'none' : 'unknown'
  const wakeAll = () => {
    for (const stage of stages) stage.wake()
  }
  const wake = (step: Step) => stages.find((stage) => stage.step === step)?.wake()
  const announcer = createAnnouncer({ pool: workPool, worker, onError })
  const listener = works ? openListener({ url, worker, onDue: ({ step }) => wake(step), onError }) : undefined
  const recorder = createRecorder({
    runner: ingestPool,
    ...(vault && { vault }),
    onRecorded: () => {
      wake('callback')
      announcer.announce({ organizationId: config.SALESFORCE_ORG_ID, step: 'callback' })
    },
    onRefused: (error) => log.error({ err: error }, 'message.not_storable'),
  })
  const metrics = createMetrics({
    counts: async () => (await inspector.counts()).map((row) => ({ ...row, oldestSeconds: row.oldest_seconds })),
    stages: () => stages.map(({ step, status }) => ({ step, held: status.held, open: status.breaker !== 'closed' })),
    waiting: () => recorder.waiting,
  })
  if (works) {
    stages.push(
      ...createStages({
        config,
        log,
        queue,
        pauses: createPauses(mine),
        documents: createDocuments(mine),
        workPool,
        onAttempt: (attempt) => tell(attempt, log, metrics),
        onDue: wake,
        onMarker: (verdict) => {
          marker = verdict
        },
      }),
    )
  }
  const jobs: Job[] = [
    createRescue({
      leased: queue,
      everyMs: rescueEveryMs,
      log,
      onRescued: (notifications) => {
        metrics.rescued(notifications)
        wakeAll()
      },
    }),
    createAnalyse({ statistics: createStatistics(workPool), everyMs: rescueEveryMs }),
    createSweepSessions({ sessions: createSessions(mine), everyMs: 2 * rescueEveryMs }),
    createRetire({
      retirements: createRetirement({ pool: workPool, days: config.RETENTION_DAYS }),
      firstMs: 5_000,
      everyMs: 3_600_000,
      restMs: 100,
      now: () => performance.now(),
      log,
      onRetired: metrics.retired,
    }),
  ]

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
    readiness: async () => ({ ...(await readiness(inspector)), marker }),
    requestTimeoutMs: 30_000,
    maxEventLoopDelayMs: 1_000,
    maxConnections: 1_000,
  })
  const address = await app.listen({ host: config.HOST, port: config.PORT })
  for (const stage of stages) stage.start()
  const upkeep = works ? jobs.map((job) => startJob(job, log)) : []
  log.info({ address, worker, database }, 'soapstone.started')

  return {
    url: address,
    async close() {
      // First the door: what was received is answered. Then the work in hand. Then the ledger.
      await app.close()
      await recorder.drain()
      await Promise.all([
        ...stages.map((stage) => stage.stop(config.DRAIN_SECONDS * 1_000)),
        ...upkeep.map((job) => job.stop()),
      ])
      announcer.close()
      await listener?.close()
      await Promise.all([ingestPool.end(), workPool.end()])
      if (embedded?.started) await embedded.stop()
      log.info({ worker }, 'soapstone.stopped')
    },
  }
}

function startJob(job: Job, log: Logger): Running {
  return every(job, {
    onFailed: (error) => log.error({ job: job.name, err: error }, 'upkeep.failed'),
    onRecovered: (failures) => log.info({ job: job.name, failures }, 'upkeep.recovered'),
  })
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
