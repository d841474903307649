/** What each stage of an organisation does, how much of it at a time, and how it fails. */
import type { Organization } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import type { Documents } from '../ledger/work/documents.ts'
import type { Queue } from '../ledger/work/queue.ts'
import { createBreaker } from '../pipeline/stage/breaker.ts'
import { leaseTimes } from '../pipeline/stage/leases.ts'
import type { StageOptions } from '../pipeline/stage/stage.ts'
import { createCallback, type Orders, type Snapshots } from '../pipeline/steps/callback.ts'
import type { Clients, Intents, WhmcsOrders } from '../pipeline/steps/provision/ports.ts'
import { createProvision } from '../pipeline/steps/provision.ts'
import { createReadAhead } from '../pipeline/steps/read-ahead.ts'
import { createWriteBack, type Reports } from '../pipeline/steps/write-back.ts'
import type { Log } from '../runtime/log.ts'
import type { MappingInForce } from './mapping-in-force.ts'
import type { Wakes } from './wakes.ts'

/** Orders that may be read ahead of provisioning: more would only grow old. */
const READ_AHEAD = 1_000
/** What one call to Salesforce serves. */
const BATCH = 400
const POLL_MS = 1_000
/** How long a stage stands still: the first time, then each time that its probe finds no change. */
const COOL_DOWNS = [5_000, 15_000, 30_000, 60_000, 300_000]

export interface StagesOptions extends Pick<StageOptions, 'pauses' | 'onAttempt'> {
  organization: Organization
  mapping: MappingInForce
  config: Config
  log: Log
  wakes: Wakes
  queue: Queue
  documents: Documents
  intents: Intents & Pick<Snapshots, 'wantCancel'>
  clients: Clients & Pick<Snapshots, 'knownClients'>
  salesforce: Orders & Reports
  whmcs: WhmcsOrders
}

/** In the order of the steps. */
export function stagesOf(options: StagesOptions): StageOptions[] {
  const { organization, mapping, config, queue, documents, intents, clients, salesforce, whmcs } = options
  const batches = { runSize: BATCH, concurrency: 2, maxLeased: 2 * BATCH, gatherMs: config.BATCH_WAIT }
  const concurrency = config.PROVISION_CONCURRENCY
  return [
    {
      ...commonTo('callback', options),
      ...batches,
      run: createCallback({
        orders: salesforce,
        snapshots: { ...documents, knownClients: clients.knownClients, wantCancel: intents.wantCancel },
        // Asked for again with each batch: a changed file takes effect.
        get rules() {
          return mapping.rules
        },
      }),
      mayClaim: createReadAhead({
        most: READ_AHEAD,
        waiting: (most) => queue.backlog('provision', most),
        readBefore: documents.readBefore,
      }),
    },
    {
      ...commonTo('provision', options),
      runSize: 1,
      gatherMs: 0,
      // A settlement costs nearly as much for one order as for ten.
      settleGatherMs: 20,
      concurrency,
      // Enough to have the next order at hand while others are claimed, or wait to be settled.
      maxLeased: concurrency * 6,
      run: createProvision({
        intents,
        clients,
        whmcs,
        get rules() {
          return mapping.rules
        },
        modules: organization.whmcs.modules,
        settleSeconds: organization.whmcs.settleSeconds,
        snapshotMaxAgeMs: config.SNAPSHOT_MAX_AGE,
      }),
    },
    { ...commonTo('write_back', options), ...batches, run: createWriteBack({ reports: salesforce }) },
  ]
}

function commonTo(step: StageOptions['step'], options: StagesOptions) {
  const { organization, config, queue, pauses, wakes, log, onAttempt } = options
  const organizationId = organization.id
  return {
    step,
    queue,
    pauses,
    policy: {
      schedule: config.RETRY_SCHEDULE,
      unknownDelayMs: organization.whmcs.settleSeconds * 1_000,
      pauseDelayMs: 1_000,
      random: Math.random,
    },
    breaker: createBreaker({ threshold: 5, coolDowns: COOL_DOWNS }),
    leaseMs: leaseTimes(config.LEASE_SECONDS).leaseMs,
    waker: wakes.of({ organizationId, step }),
    pollMs: POLL_MS,
    now: () => performance.now(),
    log,
    onAttempt,
    onDue: (next: StageOptions['step']) => wakes.wake({ organizationId, step: next }),
  }
}
