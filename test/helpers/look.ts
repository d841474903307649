/** What tests of the whole ask of the three systems. */
import type { Test } from 'tap'
import { openPool, type Pool } from '../../src/ledger/postgres/pool.ts'
import type { World } from './service.ts'
import { until } from './until.ts'

export interface Row {
  notification_id: string
  record_id: string
  state: string
  step: string
  attempts: number
  error_code: string | null
  error_message: string | null
  whmcs_order_id: string | null
  [column: string]: unknown
}

export interface Look {
  pool: Pool
  /** The order in Salesforce, as soon as its provisioning status is this one. */
  order(orderId: string, status: 'Provisioned' | 'Failed'): Promise<Readonly<Record<string, unknown>>>
  /** All notifications of the ledger, as DBAs see them, in order of arrival. */
  rows(): Promise<Row[]>
  /** The same, as soon as none is open any more and as many are there. */
  settled(notifications: number): Promise<Row[]>
  attempts(): Promise<Record<string, unknown>[]>
  /** Fails unless WHMCS has this order once, accepted, and Salesforce knows it. */
  once(t: Test, orderId: string): Promise<void>
}

export function createLook(t: Test, { salesforce, whmcs, databaseUrl }: World): Look {
  const pool = openPool({ url: databaseUrl, connections: 2, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  // By name, as they are asked again and again: so Postgres plans the views once.
  const all = async <R extends object>(name: string, text: string) => (await pool.query<R>({ name, text })).rows

  const order: Look['order'] = (orderId, status) =>
    until(() => {
      const record = salesforce.record(orderId)
      return record?.Provisioning_Status__c === status ? record : undefined
    }, `order ${orderId} ${status}`)
  const rows = () => all<Row>('rows', 'select * from ledger.overview order by received_at, notification_id')

  return {
    pool,
    order,
    rows,
    settled: (notifications) =>
      until(async () => {
        const found = await rows()
        const open = found.some(({ state }) => state === 'pending' || state === 'working')
        return found.length === notifications && !open ? found : undefined
      }, `${notifications} final notifications`),
    attempts: () => all('attempts', 'select * from ledger.attempts order by notification_id, attempt_no'),
    async once(t, orderId) {
      const record = await order(orderId, 'Provisioned')
      const found = whmcs.ordersFor(orderId)
      t.match(found, [{ status: 'Active' }], 'WHMCS has the order, accepted')
      t.equal(found.length, 1, 'WHMCS has the order once')
      t.equal(record.WHMCS_Order_ID__c, String(found[0]?.id), 'Salesforce knows it')
    },
  }
}
