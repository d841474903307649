/** The queue of one organisation. Workers hold what they claimed by lease; the database's clock decides. */
import { PRIORITIES, STEPS, type Step, type WorkItem } from '../../domain/notification.ts'
import { query } from '../postgres/query.ts'
import type { Vault } from '../record/vault.ts'
import { type BoundsOptions, createBounds } from './bounds.ts'
import { claim, toItem } from './claim.ts'
import { byKey, leaseKeys, missing } from './keys.ts'
import { createPriorities } from './priorities.ts'
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

export interface QueueOptions extends BoundsOptions {
  /** Name of this worker; unique among all processes. */
  worker: string
  leaseSeconds: number
  /** Absent: sessions stay closed. */
  vault?: Vault
}

const RESCUED_AT_ONCE = 500

const lease = {
  worker: 'text',
  organization_id: 'text[]',
  record_id: 'text[]',
  notification_id: 'text[]',
  lease_no: 'integer[]',
} as const

export const renew = query(
  'renew',
  { ...lease, lease: 'interval' },
  { organization_id: 'text', record_id: 'text', notification_id: 'text', lease_no: 'integer' },
)
export const release = query('release', lease, {
  organization_id: 'text',
  record_id: 'text',
  notification_id: 'text',
  lease_no: 'integer',
})
export const rescue = query(
  'rescue',
  {
    organization_id: 'text',
    most: 'integer',
    step: 'ledger.step[]',
    priority: 'ledger.priority[]',
    since: 'timestamptz[]',
  },
  { organization_id: 'text', notification_id: 'text', lease_holder: 'text', step: 'ledger.step' },
)
export const backlog = query(
  'backlog',
  {
    organization_id: 'text',
    step: 'ledger.step',
    most: 'integer',
    priority: 'ledger.priority[]',
    since: 'timestamptz[]',
  },
  { waiting: 'integer' },
)

/** At provision the leased clients tell where to look. */
const RESCUED_AT: readonly Step[] = ['callback', 'write_back']

export function createQueue({ runner, worker, organizationId, leaseSeconds, vault, now }: QueueOptions): Queue {
  const organization_id = organizationId
  const lease = `${leaseSeconds} seconds`
  const bounds = createBounds({ runner, organizationId, ...(now && { now }) })
  const orders = new Map(STEPS.map((step) => [step, createPriorities()]))
  return {
    async claim(step, limit) {
      const classes = await bounds.of(step, orders.get(step)?.())
      const rows = await claim(runner, { organization_id, step, worker, most: limit, lease, ...classes })
      return rows.map((row) => toItem(row, step, vault))
    },
    settle: (step, settled) => settleBatch(runner, { worker, step, settled }),
    async renew(items) {
      return missing(items, await renew(runner, { worker, ...leaseKeys(items.toSorted(byKey)), lease }))
    },
    async release(items) {
      if (items.length > 0) await release(runner, { worker, ...leaseKeys(items.toSorted(byKey)) })
    },
    async rescue() {
      const classes = await Promise.all(RESCUED_AT.map((step) => bounds.of(step)))
      const rows = await rescue(runner, {
        organization_id,
        most: RESCUED_AT_ONCE,
        step: RESCUED_AT.flatMap((step) => PRIORITIES.map(() => step)),
        priority: classes.flatMap(({ priority }) => priority),
        since: classes.flatMap(({ since }) => since),
      })
      return rows.map((row) => ({ worker: row.lease_holder, notificationId: row.notification_id }))
    },
    async backlog(step, most) {
      const [row] = await backlog(runner, { organization_id, step, most, ...(await bounds.of(step)) })
      return row?.waiting ?? 0
    },
  }
}
