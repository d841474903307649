/** One organisation at work: its systems, its part of the ledger, and its stages. */
import type { Organization } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import type { Salesforce } from '../doors/platform-events/ports.ts'
import type { Orders } from '../doors/sweep/sweep.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Vault } from '../ledger/record/vault.ts'
import { createClients } from '../ledger/work/clients.ts'
import { createDocuments } from '../ledger/work/documents.ts'
import { raiseDuplicate } from '../ledger/work/duplicates.ts'
import { createIntents } from '../ledger/work/intents.ts'
import { createPauses } from '../ledger/work/pauses.ts'
import { createQueue, type Queue } from '../ledger/work/queue.ts'
import { leaseTimes } from '../pipeline/stage/leases.ts'
import { type Attempt, createReport } from '../pipeline/stage/report.ts'
import { createStage, type Stage } from '../pipeline/stage/stage.ts'
import type { Log } from '../runtime/log.ts'
import { createDuplicates } from '../whmcs/duplicates.ts'
import { createMarkerProbe, type KnownOrder, type Verdict } from '../whmcs/marker-probe.ts'
import { createSalesforce, createWhmcs } from './adapters.ts'
import { watchesOf } from './calls.ts'
import { keepingDetails } from './details.ts'
import type { MappingInForce } from './mapping-in-force.ts'
import type { Pools } from './pools.ts'
import { stagesOf } from './stages.ts'
import type { Wakes } from './wakes.ts'

/** Orders at which a process that starts looks whether their markers can be read. */
const PROBED = 3

const LOOK_AGAIN_MS = 60_000

export interface AtWork {
  organization: Organization
  mapping: MappingInForce
  queue: Queue
  /** For the doors that fetch: the sweep, and subscriptions to events. */
  salesforce: Orders & { events: Salesforce }
  stages: Stage[]
  /** Whether the marker of its WHMCS can be read back. */
  marker(): Verdict | 'none'
  start(): void
  /** Another server has taken over as the ledger: there may have been two. */
  lookForDuplicates(): void
  stop(drainMs: number): Promise<void>
}

export interface OrganizationOptions {
  organization: Organization
  config: Config
  pools: Pools
  /** Name of this process in the ledger. */
  worker: string
  vault?: Vault
  wakes: Wakes
  /** An order has ended, or is provisioned: somebody may wait for that. */
  onMoved: (orderId: string) => void
  /** Something was settled. */
  onSettled: () => void
  log: Log
  metrics: Metrics
  mapping: MappingInForce
}

export function createOrganization(options: OrganizationOptions): AtWork {
  const { organization, config, pools, worker, vault, log, metrics, mapping } = options
  const mine = { runner: pools.queue, worker, organizationId: organization.id }
  const leaseSeconds = leaseTimes(config.LEASE_SECONDS).leaseMs / 1_000
  const queueOfItems = createQueue({ ...mine, leaseSeconds, ...(vault && { vault }) })
  const queue =
    config.ATTEMPT_DETAIL_DAYS === 0 ? queueOfItems : keepingDetails(queueOfItems, { runner: pools.people, log })
  const intents = createIntents(pools.queue)
  const watch = watchesOf(organization.name, metrics)
  const inForce = () => mapping.mapping
  const salesforce = createSalesforce(organization, config, { mapping: inForce, watch: watch.salesforce })
  const whmcs = createWhmcs(organization, config, { mapping: inForce, watch: watch.whmcs })
  const marked = organization.whmcs.marker !== 'none'
  const probe = createMarkerProbe({
    search: whmcs.search,
    known: () => intents.known(organization.id, PROBED),
    now: () => performance.now(),
    log,
  })
  const duplicates = createDuplicates({
    search: whmcs.search,
    raise: (duplicate) => raiseDuplicate(pools.people, { organizationId: organization.id, ...duplicate }),
    now: () => performance.now(),
    log,
  })
  let lookAgain: NodeJS.Timeout | undefined
  const report = createReport({ organization: organization.name, log, metrics, now: Date.now })
  const stopping = new AbortController()

  const stages = stagesOf({
    ...options,
    queue,
    pauses: createPauses(mine),
    documents: createDocuments({ ...mine, ...(vault && { vault }) }),
    intents,
    clients: createClients(mine),
    salesforce,
    whmcs: marked ? { ...whmcs, search: probe.search } : whmcs,
    onAttempt(attempt) {
      report(attempt)
      if (hasMoved(attempt)) options.onMoved(attempt.item.recordId)
      options.onSettled()
      const accepted = acceptedOrder(attempt)
      if (!marked || accepted === undefined) return
      duplicates.made(accepted)
      void probe.accepted(accepted, stopping.signal)
    },
  }).map(createStage)

  return {
    organization,
    mapping,
    queue,
    salesforce,
    stages,
    marker: () => (marked ? probe.verdict : 'none'),
    start() {
      for (const stage of stages) stage.start()
    },
    lookForDuplicates() {
      void duplicates.look(stopping.signal)
      // What another process had in hand at that moment it makes yet.
      clearTimeout(lookAgain)
      lookAgain = setTimeout(() => void duplicates.look(stopping.signal), LOOK_AGAIN_MS)
    },
    async stop(drainMs) {
      stopping.abort()
      clearTimeout(lookAgain)
      await Promise.all(stages.map((stage) => stage.stop(drainMs)))
    },
  }
}

/** What whoever waits for the order wants to know. */
function hasMoved({ settlement }: Attempt): boolean {
  return settlement.delayMs === undefined || settlement.serviceIds !== undefined
}

/** The order of an attempt that has just seen it accepted in WHMCS. */
function acceptedOrder({ item, settlement }: Attempt): KnownOrder | undefined {
  const clientId = item.snapshot?.account.whmcsClientId
  const { whmcsOrderId, serviceIds } = settlement
  if (serviceIds === undefined || clientId === undefined || whmcsOrderId === undefined) return undefined
  return { clientId, orderId: item.recordId, whmcsOrderId }
}
