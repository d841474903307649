/** How the subscriptions stand, for people and metrics; and what of them is old. */
import type { Runner } from '../postgres/query.ts'
import * as statements from './statements.ts'

export async function readSubscriptions(runner: Runner) {
  const rows = await statements.subscriptions(runner, {})
  return rows.map((row) => ({
    organizationId: row.organization_id,
    topic: row.topic,
    state: row.state,
    errorCode: row.error_code ?? null,
    errorMessage: row.error_message ?? null,
    since: row.since,
    positionAt: row.position_at ?? null,
    lastEventAt: row.last_event_at ?? null,
    lostAt: row.lost_at ?? null,
    sweepSince: row.sweep_since ?? null,
    recorded: Number(row.recorded),
    own: Number(row.own),
    other: Number(row.other),
    undecodable: Number(row.undecodable),
    deliveries:
      row.deliveries_remaining === undefined || row.deliveries_max === undefined
        ? null
        : { remaining: row.deliveries_remaining, max: row.deliveries_max },
  }))
}

export async function retireEvents(runner: Runner, organizationId: string, days: number) {
  const [row] = await statements.retireEvents(runner, { organization_id: organizationId, kept_for: `${days} days` })
  return { events: row?.events ?? 0, subscriptions: row?.subscriptions ?? 0 }
}
