/** The load: outbound messages as Salesforce sends them, each until it is Acked; and a record of every Ack. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { NextId } from '../simulators/salesforce/ids.ts'
import { arrange, type End, type Sending } from './orders.ts'
import type { Chance } from './random.ts'
import type { World } from './world.ts'

export interface History {
  orders: Map<string, End>
  /** Acked notifications, and the order of each. */
  acked: Map<string, string>
  /** Orders that an event told of. */
  told: Set<string>
  /** Never Acked though all was well again. */
  unacked: string[]
  redeliveries: number
  /** Answers that were no Ack, and broken connections: each was sent again. */
  refusals: number
}

export function createHistory(): History {
  return { orders: new Map(), acked: new Map(), told: new Set(), unacked: [], redeliveries: 0, refusals: 0 }
}

/** The doors through which an order comes. */
const WAYS = ['message', 'message', 'event', 'both'] as const

/** How long a message is sent again after all has been healed, ms. */
const GIVE_UP_MS = 60_000

/** Sends one round's messages over `forMs`. Resolves when each is Acked, or was refused long after `healed`. */
export async function sendLoad(world: World, options: LoadOptions): Promise<{ notifications: number }> {
  const { chance, history, healed, nextId } = options
  const beganAt = performance.now()
  let gaveUp = false
  void healed.then(async () => {
    await sleep(GIVE_UP_MS, undefined, { ref: false })
    gaveUp = true
  })

  async function untilAcked({ orderIds, sessionId }: Sending, notificationIds: string[]): Promise<void> {
    while (!gaveUp) {
      const { acked } = await world.salesforce.send({
        endpoint: chance.pick(world.nodes).endpoint,
        orderIds,
        notificationIds,
        giveUpMs: 0,
        ...(sessionId !== undefined && { sessionId }),
      })
      if (acked) {
        for (const [i, id] of notificationIds.entries()) history.acked.set(id, orderIds[i] ?? '')
        return
      }
      history.refusals += 1
      await sleep(chance.between(50, 400))
    }
    history.unacked.push(...notificationIds)
  }

  function publish(orderIds: string[]): void {
    for (const orderId of orderIds) {
      world.events.publish(orderId, history.orders.get(orderId), chance)
      history.told.add(orderId)
    }
  }

  const sent = arrange(world.salesforce, options).map(async (sending) => {
    await sleep(Math.max(0, sending.at - (performance.now() - beganAt)))
    sending.before?.()
    const way = chance.pick(WAYS)
    if (way !== 'message') publish(sending.orderIds)
    if (way === 'event') return sending.orderIds.length
    const ids = sending.orderIds.map(() => nextId('Notification'))
    await Promise.all(Array.from({ length: sending.copies }, () => untilAcked(sending, ids)))
    if (sending.again) {
      await sleep(chance.between(0, 1_500))
      await untilAcked(sending, ids)
    }
    history.redeliveries += sending.copies - 1 + (sending.again ? 1 : 0)
    return ids.length
  })
  return { notifications: (await Promise.all(sent)).reduce((sum, count) => sum + count, 0) }
}

export interface LoadOptions {
  chance: Chance
  history: History
  nextId: NextId
  orders: number
  forMs: number
  /** Resolves when nothing stands in the way of an Ack any more. */
  healed: Promise<unknown>
}
