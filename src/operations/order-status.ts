/** Where orders stand: asked for one by one, and read many at a time. */
import { type OrderProgress, type OrderStatus, statusOf } from '../domain/order-status.ts'
import { batched } from '../runtime/batched.ts'

export interface ProgressPort {
  /** `version`: only what tells whether anything has changed. */
  read(orderIds: readonly string[], depth: 'version' | 'whole'): Promise<OrderProgress[]>
}

export interface Versioned {
  version: string
  status: OrderStatus | undefined
}

export interface OrderStatuses {
  /** Undefined: there is no such order. */
  whole(orderId: string): Promise<Versioned | undefined>
  /** Undefined: it takes `whole` to know. */
  version(orderId: string): Promise<string | undefined>
}

/** Of one statement: with them it takes a few milliseconds. */
const MOST = 500

export function createOrderStatuses(ledger: ProgressPort): OrderStatuses {
  const read = async (orderIds: string[], depth: 'version' | 'whole') => newest(await ledger.read(orderIds, depth))
  return {
    whole: batched({
      most: MOST,
      async load(orderIds) {
        const found = await read(orderIds, 'whole')
        return new Map([...found].map(([id, one]) => [id, { version: one.version, status: statusOf(one) }]))
      },
    }),
    version: batched({
      most: MOST,
      async load(orderIds) {
        return new Map([...(await read(orderIds, 'version'))].map(([id, { version }]) => [id, version]))
      },
    }),
  }
}

/** A sandbox has the ids of the organisation that it is a copy of: of two the one counts in which something happened last. */
function newest(all: OrderProgress[]): Map<string, OrderProgress> {
  const byId = new Map<string, OrderProgress>()
  for (const one of all) {
    const known = byId.get(one.orderId)
    if (known === undefined || lastAt(one) >= lastAt(known)) byId.set(one.orderId, one)
  }
  return byId
}

function lastAt({ open, ended, accepted, cancelled }: OrderProgress): number {
  return Math.max(...[open?.since, ended?.at, accepted?.at, cancelled?.at].map((at) => at?.getTime() ?? 0))
}
