/** Webhooks and their events, for tests that need no receiver. */
import type { Bench } from './ledger.ts'

/** Registers a webhook by SQL. Nothing is sent unless somebody delivers. */
export async function addWebhook(bench: Pick<Bench, 'rows'>, types: string[], given: Record<string, unknown> = {}) {
  const row = { webhook_id: 'whk_test', url: 'https://hooks.example.com/in', types, filter: {}, ...given }
  await bench.rows(
    `insert into ledger.webhook (webhook_id, url, types, filter, secrets)
     values ($1, $2, $3, $4, '[{"secret": "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"}]')`,
    [row.webhook_id, row.url, row.types, row.filter],
  )
}

/** Type and data of all events, in their order. */
export function eventsOf(bench: Pick<Bench, 'rows'>) {
  return bench.rows('select type, subject, data from ledger.event order by event_no')
}
