/** The ledger as the operations want it: what a person may ask and do, whoever asks for it. */

import { dismiss, replay, resolve } from '../ledger/people/acts.ts'
import { createInspector, type Inspector } from '../ledger/people/inspect.ts'
import { mappings, recentOrders } from '../ledger/people/mappings.ts'
import { readRecord } from '../ledger/people/of-record.ts'
import type { Shown as ShownRows } from '../ledger/people/show.ts'
import { sweptLately } from '../ledger/people/swept.ts'
import { hasSqlState, openPool, type Pool } from '../ledger/postgres/pool.ts'
import { type SchemaState, schemaState } from '../ledger/schema/migrate.ts'
import { createIntents } from '../ledger/work/intents.ts'
import type { DeliveryPort } from '../operations/deliveries.ts'
import type { DetailsPort } from '../operations/details.ts'
import type { DismissPort } from '../operations/dismiss.ts'
import type { ListPort } from '../operations/list.ts'
import type { Act, Shown } from '../operations/notification.ts'
import { Refusal } from '../operations/refusal.ts'
import type { ReplayPort } from '../operations/replay.ts'
import type { ResolvePort } from '../operations/resolve.ts'
import type { StatusPort } from '../operations/status.ts'
import type { TokenPort } from '../operations/tokens.ts'
import type { WebhookPort } from '../operations/webhooks.ts'
import { Explained } from '../runtime/explained.ts'
import { camel } from './camel.ts'
import { tokensOfPeople } from './tokens.ts'
import type { SenderSettings } from './webhook-sender.ts'
import { webhooksOfPeople } from './webhooks.ts'

export interface LedgerOfPeople extends ListPort, ReplayPort, DismissPort, ResolvePort, StatusPort, DetailsPort {
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
  const inspector = createInspector(pool)
  return {
    async list({ limit, ...filter }) {
      return (await inspector.list({ ...filter, limit })).map(camel)
    },
    find: (id, organizationId) => find(inspector, id, organizationId),
    async ofRecord({ organizationId, recordId }) {
      const { snapshot, notifications } = await readRecord(pool, organizationId, recordId)
      return { order: snapshot && camel(snapshot), notifications: notifications.map(camel) }
    },
    async standing() {
      const { counts, lastHour, pauses } = await inspector.status()
      const swept = await sweptLately(pool)
      return {
        counts: counts.map(camel),
        lastHour,
        swept,
        pauses: pauses.map(camel),
        // A schema that is behind has no such table yet.
        mappings: 'missing' in schema ? [] : (await mappings(pool, {})).map(camel),
        schema: differences(schema),
      }
    },
    replay: (request) => refusing(() => replay(pool, request)),
    dismiss: (request) => refusing(() => dismiss(pool, request)),
    resolve: ({ finding, ...request }) =>
      refusing(() => resolve(pool, finding === 'not-created' ? request : { ...request, ...finding })),
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

function differences(schema: SchemaState) {
  return {
    missing: 'missing' in schema ? schema.missing : [],
    unknown: 'unknown' in schema ? schema.unknown : [],
  }
}

async function find(inspector: Inspector, id: string, organizationId: string | undefined): Promise<Shown | undefined> {
  const found = await inspector.show(id, organizationId)
  if (found === undefined) return undefined
  const { action_id, fields, has_session, provisioning, ...rest } = found.notification
  const { whmcs_client_id, sends, looks, adopted, service_ids, request, ...notification } = rest
  return {
    notification: camel(notification),
    attempts: found.attempts.map(camel),
    acts: found.acts.map(actOf),
    provisioning:
      provisioning === undefined
        ? undefined
        : {
            state: provisioning,
            whmcsClientId: whmcs_client_id,
            sends: sends ?? 0,
            looks: looks ?? 0,
            adopted: adopted ?? false,
            serviceIds: service_ids,
            request,
          },
    message: { actionId: action_id, hasSession: has_session, fields },
  }
}

/** A token has no login of its own: the service has. */
function actOf({ actor, login, at, via, ...act }: ShownRows['acts'][number]): Act {
  const named = actor === login || via === 'api' || via === 'page' ? actor : `${actor} (as ${login})`
  return { ...camel(act), requestedBy: named, via, requestedAt: at }
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
