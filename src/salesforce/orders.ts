/** Orders in Salesforce: read with one call, updated with one call, up to 1,000 at a time. */

import { Failure } from '../domain/failure.ts'
import type { Mapping } from '../domain/mapping/mapping.ts'
import { needsOf } from '../domain/mapping/needs.ts'
import type { OrderSnapshot } from '../domain/order.ts'
import { stillHeld } from '../runtime/still-held.ts'
import { recordFailures, type Saved } from './failures.ts'
import { fieldFailure, lacksCurrency } from './missing-fields.ts'
import { id18, idList, orderQuery, type Question, toSnapshot } from './order-query.ts'
import {
  accountUpdates,
  leftOutUpdate,
  type OrderUpdate,
  orderUpdate,
  type Report,
  serviceUpdates,
} from './order-reports.ts'
import { chunksOf, type Rest, type Row, UPDATE_LIMIT } from './rest.ts'
import type { Sessions } from './session.ts'

export interface Orders {
  read(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, OrderSnapshot>>
  findDeleted(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Set<string>>
  markActivating(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  clearActivating(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  markLeftOut(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  linkAccounts(links: Link[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  write(reports: Report[], sessions: string[], signal: AbortSignal): Promise<Written>
}

interface Link {
  accountId: string
  whmcsClientId: string
}

/** By order. */
interface Written {
  /** The order does not say how it ended. */
  refused: Map<string, Failure>
  /** It does, but not all of its items hold their service ids. */
  unlinked: Map<string, Failure>
}

export interface OrdersOptions {
  sessions: Sessions
  rest: Rest
  /** That which is in force now. */
  mapping: () => Mapping
  now: () => Date
}

export function createOrders({ sessions, rest, mapping, now }: OrdersOptions): Orders {
  async function save(updates: OrderUpdate[], ids: string[], signal: AbortSignal): Promise<(Saved & OrderUpdate)[]> {
    const saved: (Saved & OrderUpdate)[] = []
    for (let i = 0; i < updates.length; i += UPDATE_LIMIT) {
      const part = updates.slice(i, i + UPDATE_LIMIT)
      const records = part.map(({ record }) => record)
      // Asked here: a login, or a session that is refused, may take its time before.
      const results = await sessions.use(ids, async (connection) =>
        (await stillHeld(signal)) ? rest.update(connection, records) : undefined,
      )
      if (results === undefined) throw signal.reason
      saved.push(...part.map((update, k) => ({ ...update, error: results[k] })))
    }
    return saved
  }

  async function setStatus(orderIds: string[], status: string | null, ids: string[], signal: AbortSignal) {
    const fields = { [mapping().order.provisioningStatus]: status }
    const updates = orderIds.map((orderId) => ({ orderId, record: { type: 'Order', id: orderId, fields } }))
    return failuresByOrder(await save(updates, ids, signal), 'login')
  }

  /** Whether the organisation has several currencies is known when it was asked once. */
  let currencies: 'unknown' | 'none' = 'unknown'

  async function ask(orderIds: string[], ids: string[]): Promise<{ rows: Row[]; question: Question }> {
    const given = mapping()
    const needs = needsOf(given)
    const question: Question = {
      mapping: given,
      needs,
      currency: needs.currency && currencies === 'unknown' ? 'ask' : 'leave',
    }
    const queries = chunksOf(orderIds).map((chunk) => orderQuery(chunk, question))
    try {
      return { rows: await sessions.use(ids, (connection) => rest.query(connection, queries)), question }
    } catch (error) {
      if (question.currency === 'leave' || !lacksCurrency(error)) throw fieldFailure(error)
      currencies = 'none'
      return ask(orderIds, ids)
    }
  }

  return {
    async read(orderIds, ids, signal) {
      signal.throwIfAborted()
      const takenAt = now().toISOString()
      const { rows, question } = await ask(orderIds, ids)
      const changedByUs = (row: Row) => sessions.userId !== undefined && id18(row.LastModifiedById) === sessions.userId
      const snapshots = rows.map((row) => ({
        ...toSnapshot(row, question, takenAt),
        ...(changedByUs(row) && { changedByUs: true as const }),
      }))
      return new Map(snapshots.map((snapshot) => [snapshot.orderId, snapshot]))
    },
    async findDeleted(orderIds, ids, signal) {
      signal.throwIfAborted()
      const queries = chunksOf(orderIds).map((chunk) => `SELECT Id, IsDeleted FROM Order WHERE Id IN ${idList(chunk)}`)
      const asked = sessions.use(ids, (connection) => rest.queryAll(connection, queries))
      const rows = await asked.catch((error: unknown) => nothingKnown(error))
      return new Set(rows.filter((row) => row.IsDeleted === true).map((row) => id18(row.Id)))
    },
    markActivating: (orderIds, ids, signal) => setStatus(orderIds, mapping().statuses.activating, ids, signal),
    clearActivating: (orderIds, ids, signal) => setStatus(orderIds, null, ids, signal),
    async markLeftOut(orderIds, ids, signal) {
      const at = now().toISOString()
      const updates = orderIds.map((orderId) => leftOutUpdate(orderId, mapping(), at))
      return failuresByOrder(await save(updates, ids, signal), 'login')
    },
    async linkAccounts(links, ids, signal) {
      const field = mapping().account.whmcsClientId
      const updates = links.map(({ accountId, whmcsClientId }) => ({
        // By account here.
        orderId: accountId,
        record: { type: 'Account', id: accountId, fields: { [field]: whmcsClientId } },
      }))
      return failuresByOrder(await save(updates, ids, signal), 'login')
    },
    async write(reports, ids, signal) {
      const at = now().toISOString()
      const given = mapping()
      const orders = reports.map((report) => orderUpdate(report, given, at))
      const items = reports.flatMap((report) => serviceUpdates(report, given))
      const accounts = accountUpdates(reports, given)
      // Items after the orders, not between them: Salesforce splits a call where the type changes.
      const saved = await save([...orders, ...items, ...accounts], ids, signal)
      return {
        refused: failuresByOrder(saved.slice(0, orders.length), 'login'),
        unlinked: failuresByOrder(saved.slice(orders.length), 'records'),
      }
    },
  }
}

/** Where the question is not allowed, no order is known to be deleted; that must not stop what else there is to do. */
function nothingKnown(error: unknown): Row[] {
  if (error instanceof Failure && /_(?:FORBIDDEN|API_VERSION|ANSWER_UNREADABLE)$/.test(error.code)) return []
  throw error
}

/** The first of each order. */
function failuresByOrder(saved: (Saved & OrderUpdate)[], about: 'login' | 'records'): Map<string, Failure> {
  const byOrder = new Map<string, Failure>()
  const failures = recordFailures(saved, about)
  saved.forEach(({ orderId }, i) => {
    const failure = failures[i]
    if (failure !== undefined && !byOrder.has(orderId)) byOrder.set(orderId, failure)
  })
  return byOrder
}
