/** What became of the orders: asked of the ledger and of both systems when all is done. */
import { overtaken } from './overtaken.ts'
import type { World } from './world.ts'

export interface Result {
  completed: number
  /** Orders that WHMCS has once, active, and Salesforce as provisioned. */
  once: number
  /** Orders in WHMCS. */
  inWhmcs: number
  /** Attempts that were burnt, of which after the pause began. */
  burnt: { before: number; during: number }
  /** Orders that were read again because what was known of them had grown old. */
  refreshed: number
  /** Attempts at callback. */
  callbacks: number
  /** Orders that were overtaken by more later ones than are in hand at a time; of these, those that had met the outage. */
  overtaken: { orders: number; afterOutage: number }
}

interface Row {
  record_id: string
  state: string
  arrived: number
  callbacks: number
  burnt_before: number
  burnt_during: number
  met_outage: boolean
}

const ROWS = `select n.record_id, n.state::text as state, extract(epoch from n.received_at)::double precision as arrived,
    count(*) filter (where a.step = 'callback')::integer as callbacks,
    count(*) filter (where a.outcome = 'retry' and a.started_at <= $1)::integer as burnt_before,
    count(*) filter (where a.outcome = 'retry' and a.started_at > $1)::integer as burnt_during,
    bool_or(a.outcome in ('retry', 'paused')) as met_outage
  from ledger.overview n
  join ledger.attempt a using (organization_id, notification_id)
  join ledger.provisioning p on p.organization_id = n.organization_id and p.order_id = n.record_id
  group by n.organization_id, n.notification_id, n.record_id, n.state, n.received_at, p.sent_at
  order by p.sent_at`

/** `pausedSince`: ms. `inHand`: how many orders may be on their way at a time. */
export async function readResult(
  { postgres, whmcs, salesforce }: World,
  { orderIds, pausedSince, inHand }: { orderIds: string[]; pausedSince: number; inHand: number },
): Promise<Result> {
  const { rows } = await postgres.pool.query<Row>(ROWS, [new Date(pausedSince)])
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0)
  const late = overtaken(rows.map(({ arrived }) => arrived))
  const lateRows = rows.filter((_, i) => (late[i] ?? 0) > inHand)
  const isOnce = (orderId: string) => {
    const [order, another] = whmcs.ordersFor(orderId)
    const record = salesforce.record(orderId)
    const told = record?.Provisioning_Status__c === 'Provisioned' && record.WHMCS_Order_ID__c === String(order?.id)
    return order?.status === 'Active' && another === undefined && told
  }
  return {
    completed: rows.filter(({ state }) => state === 'completed').length,
    once: orderIds.filter(isOnce).length,
    inWhmcs: whmcs.orders().length,
    burnt: { before: sum((row) => row.burnt_before), during: sum((row) => row.burnt_during) },
    refreshed: rows.filter(({ callbacks }) => callbacks > 1).length,
    callbacks: sum((row) => row.callbacks),
    overtaken: { orders: lateRows.length, afterOutage: lateRows.filter((row) => row.met_outage).length },
  }
}
