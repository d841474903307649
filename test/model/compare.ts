/** Holds what the model says against what stands in the ledger. */
import { deepStrictEqual, ok } from 'node:assert'
import { readFileSync } from 'node:fs'
import type { Bench } from '../helpers/ledger.ts'
import type { Entry, Model } from './rules.ts'

/** Named, so that Postgres plans it once. */
const INVARIANTS = {
  name: 'invariants',
  text: readFileSync(new URL('../../sql/dba/invariants.sql', import.meta.url), 'utf8'),
}
/** The model knows nothing of what WHMCS has, and lets leases wait for their rescue as long as it likes. */
const NOT_MODELLED = ['completed_without_accepted_order', 'whmcs_order_differs', 'lease_expired_long_ago']

const LEDGER = {
  name: 'ledger',
  text: `select n.notification_id as id, nullif(n.record_id, '') as "recordId", v.state::text,
      v.step::text, v.attempts, coalesce(w.lease_no, t.ended, 0) as "leaseNo", w.lease_holder as holder,
      w.whmcs_client_id as "clientId", o.whmcs_order_id as "whmcsOrderId", v.error_code as code,
      case when o.state = 'dead' then o.step else w.failed_step end::text as "failedStep", v.superseded_by as "supersededBy",
      extract(epoch from w.due_at - now())::double precision as due,
      extract(epoch from w.lease_until - now())::double precision as lease, coalesce(t.tried, '[]') as tried
    from ledger.notification n
    join ledger.overview v using (organization_id, notification_id)
    left join ledger.outcome o using (organization_id, notification_id)
    left join ledger.work w on w.organization_id = n.organization_id and w.notification_id = n.notification_id
    left join (
      select notification_id, max(attempt_no) as ended,
        json_agg(json_build_array(attempt_no, step, worker, outcome) order by attempt_no) as tried
      from ledger.attempt group by 1
    ) as t on t.notification_id = n.notification_id
    order by n.notification_id`,
}
/** Seconds that the clock of the database may have gone on in one run; all times of the model are ten seconds apart. */
export const REAL_SECONDS = 9

export async function compare(model: Model, { pool, value }: Bench): Promise<void> {
  const [broken, ledger, replays] = await Promise.all([
    pool.query<{ broken: string }>(INVARIANTS),
    pool.query<Record<string, unknown>>(LEDGER),
    value('select count(*)::integer from ledger.audit'),
  ])
  deepStrictEqual(
    broken.rows.filter((row) => !NOT_MODELLED.includes(row.broken)),
    [],
    'invariants.sql finds nothing',
  )
  const entries = [...model.entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  deepStrictEqual(
    ledger.rows.map(({ due: _, lease: __, ...row }) => withoutHistory(row)),
    entries.map(toRow).map(withoutHistory),
  )
  for (const [i, entry] of entries.entries()) {
    // A leased row keeps the time at which it was due.
    if (entry.state === 'pending') near(ledger.rows[i]?.due, entry.due?.at, model.now, `${entry.id} is due`)
    near(ledger.rows[i]?.lease, entry.leaseUntil, model.now, `${entry.id} is leased`)
    deepStrictEqual(
      entry.tried.map(([leaseNo]) => leaseNo),
      Array.from({ length: entry.leaseNo - Number(entry.state === 'working') }, (_, n) => n + 1),
      'every lease that ended has one attempt',
    )
  }
  deepStrictEqual(replays, model.replays)
}

/** Of what was superseded nothing is kept but by what: where it stood does not matter any more. */
function withoutHistory(row: Record<string, unknown>): Record<string, unknown> {
  if (row.state !== 'superseded') return row
  const { step: _, attempts: __, code: ___, ...rest } = row
  return rest
}

function toRow(entry: Entry): Record<string, unknown> {
  const { id, state, step, attempts, leaseNo, tried } = entry
  const optional = {
    recordId: entry.recordId ?? null,
    holder: entry.holder ?? null,
    clientId: entry.clientId ?? null,
    whmcsOrderId: entry.whmcsOrderId ?? null,
    code: entry.error?.code ?? null,
    failedStep: entry.failedStep ?? null,
    supersededBy: entry.supersededBy ?? null,
  }
  const { recordId, holder, clientId, whmcsOrderId, code, failedStep, supersededBy } = optional
  const head = { id, recordId, state, step, attempts, leaseNo, holder, clientId, whmcsOrderId }
  return { ...head, code, failedStep, supersededBy, tried }
}

function near(real: unknown, at: number | undefined, now: number, what: string): void {
  const late = at === undefined ? 0 : at - now - Number(real)
  const fits = (at === undefined) === (real === null) && late > -1 && late < REAL_SECONDS
  ok(fits, `${what} at ${at}, it is ${now}; the ledger says in ${real} s`)
}
