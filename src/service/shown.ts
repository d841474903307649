/** Rows of the ledger as the operations want one notification and what belongs to it. */
import { createInspector } from '../ledger/people/inspect.ts'
import type { Shown as ShownRows } from '../ledger/people/show.ts'
import type { Runner } from '../ledger/postgres/query.ts'
import type { FindPort } from '../operations/find.ts'
import type { Act, Provisioning, Shown } from '../operations/notification.ts'
import { camel } from './camel.ts'

export function finderOn(runner: Runner): FindPort {
  const inspector = createInspector(runner)
  return {
    async find(id, organizationId) {
      const found = await inspector.show(id, organizationId)
      return found && shownOf(found)
    },
  }
}

function shownOf({ notification: row, attempts, acts }: ShownRows): Shown {
  const { action_id, fields, has_session, provisioning, ...rest } = row
  const { whmcs_client_id, sends, looks, adopted, service_ids, request, ...notification } = rest
  return {
    notification: camel(notification),
    attempts: attempts.map(camel),
    acts: acts.map(actOf),
    provisioning: provisioningOf(row),
    message: { actionId: action_id, hasSession: has_session, fields },
  }
}

function provisioningOf(row: ShownRows['notification']): Provisioning | undefined {
  if (row.provisioning === undefined) return undefined
  return {
    state: row.provisioning,
    whmcsClientId: row.whmcs_client_id,
    sends: row.sends ?? 0,
    looks: row.looks ?? 0,
    adopted: row.adopted ?? false,
    serviceIds: row.service_ids,
    request: row.request,
  }
}

/** A token has no login of its own: the service has. */
function actOf({ actor, login, at, via, ...act }: ShownRows['acts'][number]): Act {
  const named = actor === login || via === 'api' || via === 'page' ? actor : `${actor} (as ${login})`
  return { ...camel(act), requestedBy: named, via, requestedAt: at }
}
