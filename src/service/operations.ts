/** The ledger as the operations want it: what a person may ask and do, whoever asks for it. */

import { readSubscriptions } from '../ledger/events/standing.ts'
import { cancel, dismiss, replay, resolve } from '../ledger/people/acts.ts'
import { audit, failures, throughput } from '../ledger/people/figures.ts'
import { createInspector } from '../ledger/people/inspect.ts'
import { readLatency } from '../ledger/people/latency.ts'
import { countThose, listWhere } from '../ledger/people/list.ts'
import { mappings, recentOrders } from '../ledger/people/mappings.ts'
import { readRecord } from '../ledger/people/of-record.ts'
import { createSteps } from '../ledger/people/steps.ts'
import { sweptLately } from '../ledger/people/swept.ts'
import { createTasks } from '../ledger/people/tasks.ts'
import { standing, workers } from '../ledger/people/workers.ts'
import { hasSqlState, openPool, type Pool } from '../ledger/postgres/pool.ts'
import { type SchemaState, schemaState } from '../ledger/schema/migrate.ts'
import { createIntents } from '../ledger/work/intents.ts'
import type { AuditPort } from '../operations/audit.ts'
import type { CancelPort } from '../operations/cancel.ts'
import type { DeliveryPort } from '../operations/deliveries.ts'
import type { DetailsPort } from '../operations/details.ts'
import type { DismissPort } from '../operations/dismiss.ts'
import type { FailuresPort } from '../operations/failures.ts'
import type { LatencyPort } from '../operations/latency.ts'
import type { ListPort } from '../operations/list.ts'
import type { PausePort } from '../operations/pause.ts'
import type { PriorityPort } from '../operations/priority.ts'
import { Refusal } from '../operations/refusal.ts'
import type { ReplayPort } from '../operations/replay.ts'
import type { ReplaysPort } from '../operations/replays.ts'
import type { ResolvePort } from '../operations/resolve.ts'
import type { StatusPort } from '../operations/status.ts'
import type { Task, TasksPort } from '../operations/tasks.ts'
import type { ThroughputPort } from '../operations/throughput.ts'
import type { TokenPort } from '../operations/tokens.ts'
import type { WebhookPort } from '../operations/webhooks.ts'
import { Explained } from '../runtime/explained.ts'
import { camel } from './camel.ts'
import { finderOn } from './shown.ts'
import { tokensOfPeople } from './tokens.ts'
import type { SenderSettings } from './webhook-sender.ts'
import { webhooksOfPeople } from './webhooks.ts'

export interface LedgerOfPeople
  extends ListPort,
    DetailsPort,
    ReplayPort,
    DismissPort,
    CancelPort,
    ResolvePort,
    PriorityPort,
    PausePort,
    ReplaysPort,
    TasksPort,
    FailuresPort,
    ThroughputPort,
    AuditPort,
    StatusPort,
    LatencyPort {
  /** The next few of a replay of many. False: nothing is left of it, or another process is at it. */
  workReplays(most: number, taskId?: string): Promise<boolean>
  /** What was asked of WHMCS. */
  intents: Pick<ReturnType<typeof createIntents>, 'read' | 'orderOf'>
  tokens: TokenPort
  /** The orders that ended last, the newest first; one may be named several times. */
  recentOrders(organizationId: string, most: number): Promise<string[]>
  /** `settings`: what it takes to send a test. */
  webhooks(settings: SenderSettings): WebhookPort & DeliveryPort
  close(): Promise<void>
}

/** A connection to a ledger that is there; throws an Explained where it is not. `name`: shown in pg_stat_activity. */
export async function openLedger(url: string, name: string): Promise<LedgerOfPeople> {
  const schema = await schemaState(url)
  if (schema.kind === 'empty') throw new Explained('there is no ledger in this database yet: run soapstone migrate')
  return ledgerOn(openPool({ url, connections: 3, name, access: 'read', onError: () => {} }), schema)
}

/** Closes the pool when it is closed. */
export function ledgerOn(pool: Pool, schema: SchemaState): LedgerOfPeople {
  const tasks = createTasks(pool)
  const steps = createSteps(pool)
  return {
    ...finderOn(pool),
    async list(filter, page) {
      const rows = await listWhere(pool, { ...filter }, page)
      return rows.map(({ place_us: microseconds, ...row }) => ({ notification: camel(row), microseconds }))
    },
    async ofRecord({ organizationId, recordId }) {
      const { snapshot, notifications } = await readRecord(pool, organizationId, recordId)
      return { order: snapshot && camel(snapshot), notifications: notifications.map(camel) }
    },
    standing: () => readStanding(pool, schema),
    replay: (request) => refusing(() => replay(pool, request)),
    dismiss: (request) => refusing(() => dismiss(pool, request)),
    cancel: (request) => refusing(() => cancel(pool, request)),
    resolve: ({ finding, ...request }) =>
      refusing(() => resolve(pool, finding === 'not-created' ? request : { ...request, ...finding })),
    setPriority: (request) => refusing(() => steps.setPriority(request)),
    pauseStep: (request) => refusing(() => steps.pause(request)),
    resumeStep: (request) => refusing(() => steps.resume(request)),
    tryStep: (request) => refusing(() => steps.tryNow(request)),
    count: (filter) => countThose(pool, { ...filter }),
    startReplay: ({ filter, ...request }) => tasks.startReplay({ filter: { ...filter }, ...request }),
    workReplays: tasks.workReplays,
    tasks: async ({ most, before }) => (await tasks.list(most, before)).map(taskOf),
    async task(id) {
      const found = await tasks.find(id)
      return found && taskOf(found)
    },
    cancelTask: (id, by) => refusing(() => tasks.cancel(id, by)),
    failures: async (organizationId) => (await failures(pool, { organization_id: organizationId })).map(camel),
    latency: (since) => readLatency(pool, since),
    throughput: ({ since, until, bucket }) => throughput(pool, { since, until, bucket: `1 ${bucket}` }),
    async audit({ notificationId, recordId, ...filter }, page) {
      const rows = await audit(pool, { ...filter, ...page, notification_id: notificationId, record_id: recordId })
      return rows.map(({ audit_id, ...row }) => ({ id: audit_id, ...camel(row) }))
    },
    intents: createIntents(pool),
    tokens: tokensOfPeople(pool),
    async recentOrders(organizationId, most) {
      const rows = await recentOrders(pool, { organization_id: organizationId, most })
      return rows.map((row) => row.record_id)
    },
    webhooks: (settings) => webhooksOfPeople(pool, settings),
    close: () => pool.end(),
  }
}

async function readStanding(pool: Pool, schema: SchemaState): ReturnType<StatusPort['standing']> {
  const inspector = createInspector(pool)
  const [{ counts, deadLetters, lastHour, pauses }, swept, alive, [here]] = await Promise.all([
    inspector.status(),
    sweptLately(pool),
    workers(pool, {}),
    standing(pool, {}),
  ])
  const missing = 'missing' in schema ? schema.missing : []
  const { calls_left: remaining, calls_most: max } = here ?? {}
  return {
    ready: here?.writable === true && missing.length === 0,
    counts: counts.map(camel),
    deadLetters: deadLetters.map(camel),
    lastHour,
    swept,
    pauses: pauses.map(camel),
    // A schema that is behind has no such tables yet.
    subscriptions: missing.length > 0 ? [] : await readSubscriptions(pool),
    mappings: missing.length > 0 ? [] : (await mappings(pool, {})).map(camel),
    workers: alive.map(camel),
    marker: here?.marker ?? 'unknown',
    salesforce: remaining === undefined || max === undefined ? undefined : { remaining, max },
    schema: { missing, unknown: 'unknown' in schema ? schema.unknown : [] },
  }
}

function taskOf(row: NonNullable<Awaited<ReturnType<ReturnType<typeof createTasks>['find']>>>): Task {
  const { task_id: id, ...rest } = row
  return { id, ...camel(rest) }
}

/** no_data_found, object_not_in_prerequisite_state and check_violation are the ledger's words for no. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error) || !hasSqlState(error, 'P0002', '55000', '23514')) throw error
    throw new Refusal('conflict', error.message)
  }
}
