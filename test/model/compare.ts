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
  text: `select n.notification_id as id, n.record_id as "recordId", n.state::text, n.step::text, n.attempts,
      n.lease_no as "leaseNo", n.lease_holder as holder, n.whmcs_client_id as "clientId",
      n.whmcs_order_id as "whmcsOrderId", n.error_code as code, n.failed_step::text as "failedStep",
      n.superseded_by as "supersededBy",
      extract(epoch from n.next_attempt_at - now())::double precision as due,
      extract(epoch from n.lease_until - now())::double precision as lease,
      (select coalesce(json_agg(json_build_array(a.attempt_no, a.step, a.worker, a.outcome) order by a.attempt_no), '[]')
       from ledger.attempt a where a.notification_id = n.notification_id) as tried
    from ledger.notification n order by n.notification_id`,
}
/** Seconds that the clock of the database may have gone on in one run; all times of the model are ten seconds apart. */
export const REAL_SECONDS = 9

export async function compare(model: Model, { pool, value }: Bench): Promise<void> {
  const [broken, ledger, replays] = await Promise.all([
    pool.query<{ broken: string }>(INVARIANTS),
    pool.query<Record<string, unknown>>(LEDGER),
    value('select count(*)::integer from ledger.replayed'),
  ])
  deepStrictEqual(
    broken.rows.filter((row) => !NOT_MODELLED.includes(row.broken)),
    [],
    'invariants.sql finds nothing',
  )
  const entries = [...model.entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  deepStrictEqual(
    ledger.rows.map(({ due: _, lease: __, ...row }) => row),
    entries.map(toRow),
  )
  for (const [i, entry] of entries.entries()) {
    near(ledger.rows[i]?.due, entry.due?.at, model.now, `${entry.id} is due`)
    near(ledger.rows[i]?.lease, entry.leaseUntil, model.now, `${entry.id} is leased`)
    deepStrictEqual(
      entry.tried.map(([leaseNo]) => leaseNo),
      Array.from({ length: entry.leaseNo - Number(entry.state === 'working') }, (_, n) => n + 1),
      'every lease that ended has one attempt',
    )
  }
  deepStrictEqual(replays, model.replays)
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
