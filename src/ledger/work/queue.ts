/** The queue of one organisation. Workers hold what they claimed by lease; the database's clock decides. */
import type { Step, WorkItem } from '../../domain/notification.ts'
import { query, type Runner } from '../postgres/query.ts'
import type { Vault } from '../record/vault.ts'
import { claimUntilDone, toItem } from './claim.ts'
import { byKey, leaseKeys, missing } from './keys.ts'
import { type Settled, settleBatch } from './settle.ts'

export interface Queue {
  /** Leases up to `limit` due notifications of a step. */
  claim(step: Step, limit: number): Promise<WorkItem[]>
  /** Ends the leases that are still held. Returns the items whose lease was lost: nothing was written for them. */
  settle(step: Step, settled: Settled[]): Promise<WorkItem[]>
  /** Prolongs leases. Returns the items whose lease was lost. */
  renew(items: WorkItem[]): Promise<WorkItem[]>
  /** Gives back what was claimed but not begun. */
  release(items: WorkItem[]): Promise<void>
  /** Puts expired leases back to work. Returns them with the worker that lost them. */
  rescue(): Promise<{ worker: string; notificationId: string }[]>
  /** How many notifications wait at a step, counted no further than `most`. */
  backlog(step: Step, most: number): Promise<number>
}

export interface QueueOptions {
  runner: Runner
  /** Name of this worker; unique among all processes. */
  worker: string
  organizationId: string
  leaseSeconds: number
  /** Absent: sessions stay closed. */
  vault?: Vault
}

const RESCUED_AT_ONCE = 500

export const renew = query(
  'renew',
  { worker: 'text', organization_id: 'text[]', notification_id: 'text[]', lease_no: 'integer[]', lease: 'interval' },
  { organization_id: 'text', notification_id: 'text', lease_no: 'integer' },
)
export const release = query(
  'release',
  { worker: 'text', organization_id: 'text[]', notification_id: 'text[]', lease_no: 'integer[]' },
  { organization_id: 'text', notification_id: 'text' },
)
export const rescue = query(
  'rescue',
  { organization_id: 'text', most: 'integer' },
  { organization_id: 'text', notification_id: 'text', lease_holder: 'text', step: 'ledger.step' },
)
export const backlog = query(
  'backlog',
  { organization_id: 'text', step: 'ledger.step', most: 'integer' },
  { waiting: 'integer' },
)

export function createQueue({ runner, worker, organizationId, leaseSeconds, vault }: QueueOptions): Queue {
  const lease = `${leaseSeconds} seconds`
  return {
    async claim(step, limit) {
      const rows = await claimUntilDone(runner, { organization_id: organizationId, step, worker, most: limit, lease })
      return rows.flatMap((row) => toItem(row, step, vault) ?? [])
    },
    settle: (step, settled) => settleBatch(runner, { worker, step, settled }),
    async renew(items) {
      return missing(items, await renew(runner, { worker, ...leaseKeys(items.toSorted(byKey)), lease }))
    },
    async release(items) {
      if (items.length > 0) await release(runner, { worker, ...leaseKeys(items.toSorted(byKey)) })
    },
    async rescue() {
      const rows = await rescue(runner, { organization_id: organizationId, most: RESCUED_AT_ONCE })
      return rows.map((row) => ({ worker: row.lease_holder, notificationId: row.notification_id }))
    },
    async backlog(step, most) {
      const [row] = await backlog(runner, { organization_id: organizationId, step, most })
      return row?.waiting ?? 0
    },
  }
}
