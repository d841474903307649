/** Orders as callback read them, for provision and for the next callback. */
import type { WorkItem } from '../../domain/notification.ts'
import type { OrderSnapshot } from '../../domain/order.ts'
import { failing } from '../postgres/pool.ts'
import { query, type Runner } from '../postgres/query.ts'
import { jsonbArray } from '../record/jsonb.ts'
import { leaseKeys } from './keys.ts'

export interface Documents {
  /** How many of the next so many orders at callback were read before. */
  readBefore(next: number): Promise<number>
  /** The records of these that callback has read before. */
  readOrders(items: WorkItem[]): Promise<Set<string>>
  /** Where the lease was lost nothing is written. */
  saveSnapshots(snapshots: { item: WorkItem; snapshot: OrderSnapshot }[]): Promise<void>
}

export const readBefore = query('read-before', { organization_id: 'text', most: 'integer' }, { orders: 'integer' })
export const readOrders = query(
  'read-orders',
  { organization_id: 'text[]', record_id: 'text[]' },
  { record_id: 'text' },
)
export const saveSnapshots = query(
  'save-snapshots',
  { worker: 'text', organization_id: 'text[]', notification_id: 'text[]', lease_no: 'integer[]', content: 'jsonb[]' },
  {},
)

export interface DocumentsOptions {
  runner: Runner
  worker: string
  organizationId: string
}

export function createDocuments({ runner, worker, organizationId }: DocumentsOptions): Documents {
  return {
    async readBefore(next) {
      const [row] = await readBefore(runner, { organization_id: organizationId, most: next })
      return row?.orders ?? 0
    },
    async readOrders(items) {
      const { organization_id } = leaseKeys(items)
      const rows = await readOrders(failing(runner), { organization_id, record_id: items.map((item) => item.recordId) })
      return new Set(rows.map((row) => row.record_id))
    },
    async saveSnapshots(snapshots) {
      await saveSnapshots(failing(runner), {
        worker,
        ...leaseKeys(snapshots.map(({ item }) => item)),
        content: await jsonbArray(snapshots.map((s) => Buffer.from(JSON.stringify(s.snapshot)))),
      })
    },
  }
}
