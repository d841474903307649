/** The conveyor: claim, renew, settle, rescue. Workers hold what they claimed by lease; the database's clock decides. */

import type { State, Step, WorkItem } from '../../domain/notification.ts'
import type { OrderSnapshot } from '../../domain/order.ts'
import type { Settlement } from '../../domain/outcome.ts'
import { failing, hasSqlState } from '../postgres/pool.ts'
import type { Runner } from '../postgres/query.ts'
import * as queries from '../queries.ts'
import { jsonbArray } from '../record/jsonb.ts'
import type { Vault } from '../record/vault.ts'

export interface Settled {
  item: WorkItem
  settlement: Settlement
}

export interface Conveyor {
  /** Leases up to `limit` due notifications of a step. */
  claim(step: Step, limit: number): Promise<WorkItem[]>
  /** Ends the leases that are still held. Returns the items whose lease was lost: nothing was written for them. */
  settle(step: Step, settled: Settled[]): Promise<WorkItem[]>
  /** Prolongs leases. Returns the items whose lease was lost. */
  renew(items: WorkItem[]): Promise<WorkItem[]>
  /** Gives back what was claimed but not begun. */
  release(items: WorkItem[]): Promise<void>
  /** Puts expired leases back to work. Returns how many, by the worker that lost them. */
  rescue(): Promise<{ worker: string; notificationId: string }[]>
  /** Removes sessions that a dead worker left with messages that are done. Returns how many. */
  sweepSessions(): Promise<number>
  pause(step: Step, seconds: number, code: string, message: string): Promise<void>
  resume(step: Step): Promise<void>
  /** How many notifications wait at a step, counted no further than `most`. */
  backlog(step: Step, most: number): Promise<number>
  /** How many of the next so many orders at callback were read before. */
  readBefore(next: number): Promise<number>
  /** The records of these that callback has read before. */
  readOrders(items: WorkItem[]): Promise<Set<string>>
  /** Where the lease was lost nothing is written. */
  saveSnapshots(snapshots: { item: WorkItem; snapshot: OrderSnapshot }[]): Promise<void>
}

export interface ConveyorOptions {
  runner: Runner
  /** Name of this worker; unique among all processes. */
  worker: string
  leaseSeconds: number
  vault?: Vault
}

const RESCUE_BATCH = 500

export function createConveyor({ runner, worker, leaseSeconds, vault }: ConveyorOptions): Conveyor {
  const lease = `${leaseSeconds} seconds`
  return {
    async claim(step, limit) {
      const rows = await claimOnce(runner, step, worker, limit, lease)
      return rows.flatMap((row) => toItem(row, step, vault) ?? [])
    },
    async settle(step, settled) {
      const rows = await queries.settle(runner, worker, step, ...settleColumns(settled))
      const items = settled.map(({ item }) => item)
      await forget(runner, items, rows)
      return missing(items, rows)
    },
    async renew(items) {
      const rows = await queries.renew(runner, worker, ...keys(inKeyOrder(items, self)), lease)
      return missing(items, rows)
    },
    async release(items) {
      if (items.length > 0) await queries.release(runner, worker, ...keys(inKeyOrder(items, self)))
    },
    async rescue() {
      const rows = await queries.rescue(runner, RESCUE_BATCH)
      return rows.map((row) => ({ worker: row.lease_holder, notificationId: row.notification_id }))
    },
    async sweepSessions() {
      return (await queries.sweepSessions(runner, RESCUE_BATCH)).length
    },
    async pause(step, seconds, code, message) {
      await queries.pause(runner, step, `${seconds} seconds`, code, storable(message), worker)
    },
    async resume(step) {
      await queries.resume(runner, step)
    },
    async backlog(step, most) {
      const [row] = await queries.backlog(runner, step, most)
      return row?.waiting ?? 0
    },
    async readBefore(next) {
      const [row] = await queries.readBefore(runner, next)
      return row?.orders ?? 0
    },
    async readOrders(items) {
      const [organizationIds] = keys(items)
      const recordIds = items.map((item) => item.recordId)
      const rows = await queries.readOrders(failing(runner), organizationIds, recordIds)
      return new Set(rows.map((row) => row.record_id))
    },
    async saveSnapshots(snapshots) {
      await queries.saveSnapshots(
        failing(runner),
        worker,
        ...keys(snapshots.map(({ item }) => item)),
        await jsonbArray(snapshots.map((s) => Buffer.from(JSON.stringify(s.snapshot)))),
      )
    },
  }
}

type ClaimedRow = Awaited<ReturnType<typeof queries.claim>>[number]

/** Two workers that meet at one record break a unique index (or lock each other): the loser simply claims again. */
async function claimOnce(runner: Runner, step: Step, worker: string, limit: number, lease: string) {
  for (let tries = 1; ; tries++) {
    try {
      return await queries.claim(runner, step, worker, limit, lease)
    } catch (error) {
      if (!hasSqlState(error, '23505', '40P01') || tries === 5) throw error
    }
  }
}

function toItem(row: ClaimedRow, step: Step, vault: Vault | undefined): WorkItem | undefined {
  // open_has_record: what can be claimed names a record.
  if (row.record_id === undefined) return undefined
  const sessionId = row.session && vault?.open(row.organization_id, row.session)
  const whmcsOrderId = row.provisioned_order_id ?? row.whmcs_order_id
  return {
    organizationId: row.organization_id,
    notificationId: row.notification_id,
    leaseNo: row.lease_no,
    step,
    recordType: row.record_type,
    recordId: row.record_id,
    attempts: row.attempts,
    receivedAt: row.received_at,
    ...(sessionId !== undefined && { sessionId }),
    ...(row.replayed && { replayed: true as const }),
    // Written by saveSnapshots and settle alone.
    ...(row.snapshot !== undefined && { snapshot: row.snapshot as OrderSnapshot }),
    ...(row.snapshot_age_ms !== undefined && { snapshotAgeMs: row.snapshot_age_ms }),
    ...(row.provisioning !== undefined && { provisioning: row.provisioning as WorkItem['provisioning'] & string }),
    ...(whmcsOrderId !== undefined && { whmcsOrderId }),
    ...(row.service_ids !== undefined && { serviceIds: row.service_ids as Record<string, string> }),
    ...(row.failed_step !== undefined && {
      failed: { step: row.failed_step as Step, code: row.error_code ?? '', message: row.error_message ?? '' },
    }),
  }
}

/** Only where a session came with the claim: since 2026 that is hardly ever. */
async function forget(runner: Runner, items: WorkItem[], rows: Awaited<ReturnType<typeof queries.settle>>) {
  const withSession = new Set(items.filter((item) => item.sessionId !== undefined).map((item) => item.notificationId))
  const ended = rows.filter((row) => row.final && withSession.has(row.notification_id))
  if (ended.length === 0) return
  await queries.forgetSessions(
    runner,
    ended.map((row) => row.organization_id),
    ended.map((row) => row.message_id),
  )
}

/** Rows are locked in this order by whoever has several: two that differ in it would wait for each other. */
function inKeyOrder<T>(all: T[], itemOf: (one: T) => WorkItem): T[] {
  return all.toSorted((a, b) => {
    const [x, y] = [itemOf(a), itemOf(b)]
    return compare(x.organizationId, y.organizationId) || compare(x.notificationId, y.notificationId)
  })
}

const self = (item: WorkItem) => item

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function keys(items: WorkItem[]) {
  return [
    items.map((item) => item.organizationId),
    items.map((item) => item.notificationId),
    items.map((item) => item.leaseNo),
  ] as const
}

function settleColumns(unsorted: Settled[]) {
  const settled = inKeyOrder(unsorted, ({ item }) => item)
  const of = <T>(pick: (settlement: Settlement) => T | undefined): (T | null)[] =>
    settled.map(({ settlement }) => pick(settlement) ?? null)
  return [
    ...keys(settled.map(({ item }) => item)),
    of<State>((s) => s.state),
    of<Step>((s) => s.step),
    of((s) => s.delayMs),
    of((s) => s.attempts),
    of((s) => s.error?.code),
    of((s) => s.error && storable(s.error.message)),
    of<Step>((s) => s.failedStep),
    of((s) => s.whmcsClientId),
    of((s) => s.whmcsOrderId),
    of<string>((s) => s.attempt.outcome),
    of((s) => s.attempt.code),
    of((s) => s.attempt.message && storable(s.attempt.message)),
    of((s) => s.serviceIds && storableJson(s.serviceIds)),
  ] as const
}

/** Other systems' texts: a NUL, which Postgres refuses, would hold up the whole batch, again and again. */
function storable(text: string): string {
  return text.replaceAll('\0', '')
}

function storableJson(texts: Record<string, string>): string {
  return JSON.stringify(texts, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value))
}

/** By lease number: one worker may have a notification twice, by a lease that it lost unawares and by a later one. */
function missing(items: WorkItem[], rows: { organization_id: string; notification_id: string; lease_no: number }[]) {
  const key = (...parts: [string, string, number]) => parts.join(' ')
  const found = new Set(rows.map((row) => key(row.organization_id, row.notification_id, row.lease_no)))
  return items.filter((item) => !found.has(key(item.organizationId, item.notificationId, item.leaseNo)))
}
