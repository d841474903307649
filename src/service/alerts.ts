/** Alerts by the settings: what this process sees for them, and its part in evaluating them. */
import { certificateFile } from '../config/certificates.ts'
import type { Config } from '../config/read.ts'
import type { Metrics } from '../http/metrics.ts'
import { createAlerts } from '../ledger/notices/alerts.ts'
import { createTallyLedger } from '../ledger/notices/tallies.ts'
import { createEvaluate } from '../notices/alerts/evaluate.ts'
import type { AlertRules } from '../notices/alerts/rules.ts'
import { createTallies, type Tallies } from '../notices/alerts/tallies.ts'
import { every, type Running } from '../runtime/every.ts'
import type { Log } from '../runtime/log.ts'
import { createAckTally } from './ack-tally.ts'
import { camel } from './camel.ts'
import type { Pools } from './pools.ts'

/** Twice, and what is raised is told within 15 seconds. */
const EVALUATE_MS = 5_000
const WRITE_MS = 1_000
const EXPIRIES_MS = 600_000
const ALIVE_MS = 10_000

export function createTalliesOf(pools: Pick<Pools, 'people'>): Tallies {
  return createTallies({ ledger: createTallyLedger(pools.people), everyMs: WRITE_MS, now: () => performance.now() })
}

export interface AlertsOptions {
  config: Config
  pools: Pools
  tallies: Tallies
  metrics: Pick<Metrics, 'ackCounts'>
  /** This process works on orders: as long as one does, nobody has to know. */
  works: boolean
  log: Log
  onChanged: () => void
}

export function startAlerts({ config, pools, tallies, metrics, works, log, onChanged }: AlertsOptions): Running[] {
  const alerts = createAlerts({
    pool: pools.people,
    lookbackMs: config.ALERT_WINDOW,
    sizeWanted: config.ALERT_LEDGER_SIZE !== undefined,
    soonMs: config.ALERT_EXPIRY,
  })
  const evaluate = createEvaluate({
    alerts: {
      evaluate: async (judge, telling) =>
        (await alerts.evaluate((measured) => judge(measured.flatMap(toMeasure)), telling))?.map(camel),
    },
    rules: rulesOf(config),
    quietHours: config.ALERT_QUIET_HOURS,
    everyMs: EVALUATE_MS,
    now: () => new Date(),
    log,
    onChanged,
  })
  const expiries = {
    name: 'read-expiries',
    firstMs: 0,
    everyMs: EXPIRIES_MS,
    turn: async () => readExpiries(config, tallies),
  }
  const alive = {
    name: 'read-alive',
    firstMs: 0,
    everyMs: ALIVE_MS,
    async turn() {
      tallies.read({ organizationId: '', kind: 'no_worker', subject: '', value: 1 })
      return undefined
    },
  }
  return [evaluate, tallies.job, createAckTally(metrics, tallies), expiries, ...(works ? [alive] : [])].map((job) =>
    every(job, {
      onFailed: (error) => log.error({ job: job.name, err: error }, 'alerts.failed'),
      onRecovered: (failures) => log.info({ job: job.name, failures }, 'alerts.recovered'),
    }),
  )
}

/** A sum over nothing is none. */
function toMeasure(row: Parameters<Parameters<ReturnType<typeof createAlerts>['evaluate']>[0]>[0][number]) {
  const { kind, organization_id: organizationId, subject, value, amount, words } = row
  return value === undefined ? [] : [{ kind, organizationId, subject, value, amount, words }]
}

/** From the file, which may have been renewed since the start. */
function readExpiries({ TLS_CERT_FILE: atStart }: Config, tallies: Tallies): undefined {
  const { certificates } = atStart === undefined ? { certificates: [] } : certificateFile(atStart.file)
  for (const { validTo } of certificates.slice(0, 1)) {
    const value = Date.parse(validTo) / 1_000
    tallies.read({ organizationId: '', kind: 'certificate_expiry', subject: 'the certificate in TLS_CERT_FILE', value })
  }
}

function rulesOf(config: Config): AlertRules {
  return {
    windowMs: config.ALERT_WINDOW,
    failureRate: config.ALERT_FAILURE_RATE,
    oldestMs: config.ALERT_OLDEST,
    deadLetters: config.ALERT_DEAD_LETTERS,
    securityBurst: config.ALERT_SECURITY_BURST,
    messagesRefused: config.ALERT_MESSAGES_REFUSED,
    budget: config.ALERT_SALESFORCE_BUDGET,
    expiryMs: config.ALERT_EXPIRY,
    ledgerSize: config.ALERT_LEDGER_SIZE,
  }
}
