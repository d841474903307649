/** The promise, held against what the ledger, WHMCS and Salesforce say when all is quiet. */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '../../src/ledger/postgres/pool.ts'
import type { Salesforce } from '../simulators/salesforce.ts'
import type { Whmcs } from '../simulators/whmcs.ts'
import type { History } from './load.ts'
import { checkNeeds, checkWithdrawn } from './needs.ts'
import type { End } from './orders.ts'

export const KINDS = ['acked-lost', 'doubled', 'stuck', 'untrue', 'broken'] as const

export interface Violation {
  kind: (typeof KINDS)[number]
  what: string
  /** Whose rows to look at. */
  orderId?: string
}

export interface Checked {
  pool: Pool
  salesforce: Pick<Salesforce, 'record'>
  whmcs: Pick<Whmcs, 'orders' | 'ordersFor' | 'clients' | 'invoices' | 'mistakes'>
  /** AddOrder as WHMCS received it: how often, by Salesforce order. */
  sent: ReadonlyMap<string, number>
  history: History
}

export interface Row {
  notification_id: string
  record_id: string | null
  state: string
  step: string
  lease_no: number
  whmcs_order_id: string | null
  superseded_by: string | null
  attempts: number
  highest_attempt: number
  sends: number | null
}

const ROWS = `select n.notification_id, n.record_id, n.state, n.step, coalesce(w.lease_no, a.highest, 0) as lease_no,
    n.whmcs_order_id, n.superseded_by, coalesce(a.attempts, 0) as attempts, coalesce(a.highest, 0) as highest_attempt, p.sends
  from ledger.overview n
  left join ledger.work w using (notification_id)
  left join (select notification_id, count(*)::integer as attempts, max(attempt_no) as highest from ledger.attempt group by 1) a
    using (notification_id)
  left join ledger.provisioning p on p.order_id = n.record_id`

const OPEN = `select
    (select count(*)::integer from ledger.inbox) as open,
    (select count(*)::integer from ledger.message m where session is not null) as sessions`

export interface Quiet {
  rows: Row[]
  /** What still went on when the time was over. */
  stuck?: string
}

/** Whether nothing is under way that the ledger has not heard of. */
type Consumed = (pool: Pool) => Promise<boolean>

/** Waits until nothing is open and no session is left. The rows are of one moment at which that was so. */
export async function waitUntilQuiet(pool: Pool, forMs: number, consumed: Consumed = async () => true): Promise<Quiet> {
  const deadline = performance.now() + forMs
  for (;;) {
    const late = performance.now() > deadline
    const { rows: counts } = await pool.query<{ open: number; sessions: number }>(OPEN)
    const [{ open, sessions } = { open: 1, sessions: 1 }] = counts
    const read = await consumed(pool)
    const quiet = open === 0 && sessions === 0 && read
    const { rows } = quiet || late ? await pool.query<Row>(ROWS) : { rows: [] }
    // A message may have come in between, as an echo does.
    if (quiet && !rows.some(isOpen)) return { rows }
    if (late)
      return {
        rows,
        stuck: `${open} notifications are open, ${sessions} sessions are kept${read ? '' : ', events are not read'}`,
      }
    await sleep(100)
  }
}

export async function check({ rows, stuck }: Quiet, checked: Checked): Promise<Violation[]> {
  const { pool, whmcs, history } = checked
  const byId = new Map(rows.map((row) => [row.notification_id, row]))
  const byOrder = new Map<string, Row[]>()
  for (const row of rows) byOrder.set(row.record_id ?? '', [...(byOrder.get(row.record_id ?? '') ?? []), row])
  const found: Violation[] = []

  if (stuck !== undefined) found.push({ kind: 'stuck', what: stuck })
  for (const id of history.unacked) found.push({ kind: 'stuck', what: `notification ${id} was never Acked` })
  for (const [id, orderId] of history.acked) {
    if (byId.get(id)?.record_id === orderId) continue
    found.push({ kind: 'acked-lost', what: `notification ${id} was Acked and is not in the ledger`, orderId })
  }
  for (const orderId of history.told) {
    if (byOrder.has(orderId)) continue
    found.push({ kind: 'acked-lost', what: `an event told of order ${orderId}, which is not in the ledger`, orderId })
  }
  for (const row of rows) found.push(...checkRow(row, byId))
  for (const [orderId, end] of history.orders) {
    found.push(...checkOrder(orderId, { end, of: byOrder.get(orderId) ?? [], checked }))
  }
  for (const { id, notes } of whmcs.orders()) {
    const [, orderId] = /^sfOrderId=(\w+)/.exec(notes) ?? []
    if (orderId === undefined || !history.orders.has(orderId)) {
      found.push({ kind: 'doubled', what: `WHMCS order ${id} belongs to no order: ${notes}` })
    }
  }
  found.push(...checkNeeds(whmcs))
  const invariants = await readFile(new URL('../../sql/dba/invariants.sql', import.meta.url), 'utf8')
  const broken = await pool.query<Record<string, unknown>>(invariants)
  for (const row of broken.rows) found.push({ kind: 'broken', what: `invariant ${JSON.stringify(row)}` })
  return found
}

function isOpen({ state }: Row): boolean {
  return state === 'pending' || state === 'working'
}

/** What must be true of each notification that is final. */
function checkRow(row: Row, byId: Map<string, Row>): Violation[] {
  const found: Violation[] = []
  const orderId = row.record_id ?? ''
  const name = `notification ${row.notification_id}`
  if (isOpen(row)) {
    found.push({ kind: 'stuck', what: `${name} is ${row.state} at ${row.step}`, orderId })
  }
  // Every lease ends in one row: settled, lost or released.
  if (row.attempts !== row.lease_no || row.highest_attempt !== row.lease_no) {
    const what = `${name} had ${row.lease_no} leases, but ${row.attempts} attempts up to ${row.highest_attempt}`
    found.push({ kind: 'broken', what, orderId })
  }
  let last = row
  for (let next = row.superseded_by; next !== null; next = last.superseded_by) {
    const by = byId.get(next)
    if (by === undefined || by.record_id !== row.record_id || by === row) {
      found.push({ kind: 'untrue', what: `${name} is superseded by ${next}, which does not carry it`, orderId })
      break
    }
    last = by
  }
  return found
}

/** How its notifications end: one at least in the first way, the others perhaps in another. */
const FINAL: Record<Exclude<End, 'withdrawn'>, [string, ...string[]]> = {
  provisioned: ['completed'],
  // A failure that was reported already is not looked into again until somebody changes the order.
  failed: ['dead', 'ignored'],
  mended: ['completed', 'dead', 'ignored'],
  ignored: ['ignored'],
}
const SAID: Record<Exclude<End, 'withdrawn'>, string | undefined> = {
  provisioned: 'Provisioned',
  failed: 'Failed',
  mended: 'Provisioned',
  ignored: undefined,
}

/** What must be true of each order, once a notification of it is in the ledger. */
function checkOrder(orderId: string, { end, of, checked }: { end: End; of: Row[]; checked: Checked }): Violation[] {
  const { whmcs, salesforce, sent } = checked
  const found: Violation[] = []
  const say = (kind: Violation['kind'], what: string) => found.push({ kind, what: `order ${orderId} ${what}`, orderId })
  const orders = whmcs.ordersFor(orderId)
  const [order] = orders
  if (orders.length > 1) say('doubled', `is in WHMCS as ${orders.map(({ id }) => id).join(', ')}`)
  const sends = sent.get(orderId) ?? 0
  const intended = of[0]?.sends ?? 0
  if (sends > intended) say('broken', `was sent ${sends} times, but intended ${intended} times`)
  if (of.length === 0) {
    if (order) say('untrue', `is in WHMCS, but no notification of it in the ledger`)
    return found
  }

  if (end === 'withdrawn') {
    const wrong = checkWithdrawn(order, salesforce.record(orderId)?.Provisioning_Status__c)
    if (wrong !== undefined) say('untrue', wrong)
    return found
  }
  const [wanted] = FINAL[end]
  const wrong = of.find((row) => !isOpen(row) && row.state !== 'superseded' && !FINAL[end].includes(row.state))
  if (wrong) say('untrue', `should end as ${wanted}, but notification ${wrong.notification_id} is ${wrong.state}`)
  else if (!of.some((row) => isOpen(row) || row.state === wanted))
    say('untrue', `has no notification that is ${wanted}`)

  const record = salesforce.record(orderId)
  const status = record?.Provisioning_Status__c ?? undefined
  if (status !== SAID[end]) say('untrue', `should be ${SAID[end]} in Salesforce, but is ${status}`)
  if (end === 'failed' || end === 'ignored') {
    if (order) say('untrue', `is in WHMCS as ${order.id}, but should not be`)
    return found
  }
  if (order?.status !== 'Active') say('untrue', `should be Active in WHMCS, but is ${order?.status ?? 'not there'}`)
  if (record?.WHMCS_Order_ID__c !== String(order?.id)) {
    say('untrue', `is WHMCS order ${order?.id}, but Salesforce says ${record?.WHMCS_Order_ID__c}`)
  }
  const other = of.find(({ state, whmcs_order_id: id }) => state === 'completed' && id !== String(order?.id))
  if (other) say('untrue', `is WHMCS order ${order?.id}, but the ledger says ${other.whmcs_order_id}`)
  return found
}
