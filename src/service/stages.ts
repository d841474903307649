/** The three stages, put together: what each does, how much of it at a time, how it fails. */

import type { Config } from '../config/read.ts'
import { toRules } from '../domain/mapping.ts'
import type { Step } from '../domain/notification.ts'
import type { Pool } from '../ledger/postgres/pool.ts'
import type { Documents } from '../ledger/work/documents.ts'
import { createIntents } from '../ledger/work/intents.ts'
import type { Pauses } from '../ledger/work/pauses.ts'
import type { Queue } from '../ledger/work/queue.ts'
import { createBreaker } from '../pipeline/stage/breaker.ts'
import { shareOut } from '../pipeline/stage/leases.ts'
import { type Attempt, createStage, type Stage, type StageOptions } from '../pipeline/stage/stage.ts'
import { createCallback } from '../pipeline/steps/callback.ts'
import { createProvision } from '../pipeline/steps/provision.ts'
import { createReadAhead } from '../pipeline/steps/read-ahead.ts'
import { createWriteBack } from '../pipeline/steps/write-back.ts'
import type { Log } from '../runtime/log.ts'
import { createOrders } from '../salesforce/orders.ts'
import { createRest } from '../salesforce/rest.ts'
import { createSessions } from '../salesforce/session.ts'
import { createWhmcsClient } from '../whmcs/client.ts'
import { createMarker } from '../whmcs/marker.ts'
import { createMarkerProbe, type Verdict } from '../whmcs/marker-probe.ts'
import { createWhmcsOrders } from '../whmcs/orders.ts'

/** Orders that may be read ahead of provisioning: more would only grow old. */
const READ_AHEAD = 1_000
/** What one call to Salesforce serves. */
const BATCH = 400
const POLL_MS = 1_000
/** Orders at which a process that starts looks whether their markers can be read. */
const PROBED = 3
/** How long a stage stands still: the first time, and each time it finds no change. */
const COOL_DOWNS = [5_000, 15_000, 30_000, 60_000, 300_000]

export interface StagesOptions {
  config: Config
  log: Log
  queue: Queue
  pauses: Pauses
  documents: Documents
  workPool: Pool
  onAttempt: (attempt: Attempt) => void
  /** Something is due at that step now. */
  onDue: (step: Step) => void
  /** Whether the marker of WHMCS_MARKER can be read back there. */
  onMarker: (verdict: Verdict) => void
}

/** The stages in the order of the steps. */
export function createStages(options: StagesOptions): Stage[] {
  const { config, log, queue, pauses, documents, workPool, onAttempt, onDue, onMarker } = options
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
  const intents = createIntents(workPool)
  const probe = createMarkerProbe({
    search: whmcs.search,
    known: () => intents.known(config.SALESFORCE_ORG_ID, PROBED),
    now: () => performance.now(),
    log,
    onVerdict: onMarker,
  })
  const common = {
    conveyor: {
      ...queue,
      pause: (step: Step, seconds: number, code: string, message: string) =>
        pauses.pause(step, { seconds, code, message }),
      resume: pauses.resume,
    },
    policy: {
      schedule: config.RETRY_SCHEDULE,
      unknownDelayMs: config.WHMCS_SETTLE_SECONDS * 1_000,
      pauseDelayMs: 1_000,
      random: Math.random,
    },
    leaseMs: shareOut(config.LEASE_SECONDS).leaseMs,
    pollMs: POLL_MS,
    now: () => performance.now(),
    log,
    onAttempt,
    onDue,
  }
  const breaker = () => createBreaker({ threshold: 5, coolDowns: COOL_DOWNS, now: common.now })
  const batches = { ...common, runSize: BATCH, concurrency: 2, hold: 2 * BATCH, gatherMs: config.BATCH_WAIT }
  const concurrency = config.PROVISION_CONCURRENCY

  const stages: StageOptions[] = [
    {
      ...batches,
      step: 'callback',
      breaker: breaker(),
      run: createCallback({ orders, snapshots: documents, rules }),
      mayClaim: createReadAhead({
        most: READ_AHEAD,
        waiting: (most) => queue.backlog('provision', most),
        readBefore: documents.readBefore,
      }),
    },
    {
      ...common,
      step: 'provision',
      breaker: breaker(),
      runSize: 1,
      gatherMs: 0,
      concurrency,
      // Enough to have the next one at hand while others are claimed and written down.
      hold: concurrency * 4,
      run: createProvision({
        intents,
        whmcs: config.WHMCS_MARKER === 'none' ? whmcs : probed(whmcs, probe),
        rules,
        settleSeconds: config.WHMCS_SETTLE_SECONDS,
        snapshotMaxAgeMs: config.SNAPSHOT_MAX_AGE,
      }),
    },
    { ...batches, step: 'write_back', breaker: breaker(), run: createWriteBack({ reports: orders }) },
  ]
  return stages.map(createStage)
}

/** The services are asked for when the order has been accepted. */
function probed(
  whmcs: ReturnType<typeof createWhmcsOrders>,
  probe: ReturnType<typeof createMarkerProbe>,
): ReturnType<typeof createWhmcsOrders> {
  return {
    ...whmcs,
    search: probe.search,
    async services(request, whmcsOrderId, known, signal) {
      await probe.accepted({ clientId: request.clientId, orderId: request.orderId, whmcsOrderId }, signal)
      return whmcs.services(request, whmcsOrderId, known, signal)
    },
  }
}
