/** Orders as callback read them, for provision and for the next callback. */
import type { WorkItem } from '../../domain/notification.ts'
import type { OrderSnapshot } from '../../domain/order.ts'
import { failing } from '../postgres/pool.ts'
import { query } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'
import { jsonbArray } from '../record/jsonb.ts'
import type { Vault } from '../record/vault.ts'
import { type BoundsOptions, createBounds } from './bounds.ts'
import { byKey, leaseKeys } from './keys.ts'
import { sealValues } from './sealed-values.ts'

export interface Documents {
  /** How many of the next so many orders at callback were read before. */
  readBefore(next: number): Promise<number>
  /** The records of these that callback has read before. */
  readOrders(items: WorkItem[]): Promise<Set<string>>
  /** Where the lease was lost nothing is written. */
  saveSnapshots(snapshots: { item: WorkItem; snapshot: OrderSnapshot }[]): Promise<void>
}

export const readBefore = query(
  'read-before',
  { organization_id: 'text', most: 'integer', priority: 'ledger.priority[]', since: 'timestamptz[]' },
  { orders: 'integer' },
)
export const readOrders = query(
  'read-orders',
  { organization_id: 'text[]', record_id: 'text[]' },
  { record_id: 'text' },
)
export const saveSnapshots = query(
  'save-snapshots',
  {
    worker: 'text',
    organization_id: 'text[]',
    record_id: 'text[]',
    notification_id: 'text[]',
    lease_no: 'integer[]',
    content: 'jsonb[]',
  },
  {},
)

export interface DocumentsOptions extends BoundsOptions {
  worker: string
  /** Absent: passwords stay as they are. */
  vault?: Vault
}

export function createDocuments({ runner, worker, organizationId, vault, now }: DocumentsOptions): Documents {
  const bounds = createBounds({ runner, organizationId, ...(now && { now }) })
  return {
    async readBefore(next) {
      const [row] = await readBefore(runner, {
        organization_id: organizationId,
        most: next,
        ...(await bounds.of('callback')),
      })
      return row?.orders ?? 0
    },
    async readOrders(items) {
      const { organization_id, record_id } = leaseKeys(items)
      const rows = await readOrders(failing(runner), { organization_id, record_id })
      return new Set(rows.map((row) => row.record_id))
    },
    async saveSnapshots(snapshots) {
      const sorted = snapshots.toSorted((a, b) => byKey(a.item, b.item))
      await saveSnapshots(failing(runner), {
        worker,
        ...leaseKeys(sorted.map(({ item }) => item)),
        content: await jsonbArray(
          sorted.map(({ snapshot }) => Buffer.from(storableJson(sealValues(organizationId, snapshot, vault)))),
        ),
      })
    },
  }
}
