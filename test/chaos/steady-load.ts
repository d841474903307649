/** A load for measurements: one order after the other, each sent to both serves in turn until it is Acked. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { NextId } from '../simulators/salesforce/ids.ts'
import type { History } from './load.ts'
import type { World } from './world.ts'

/** Between two orders. */
export const EVERY_MS = 50

/** Orders of clients of their own, each sent until it is Acked. */
export function steadyLoad(world: World, history: History, nextId: NextId, onAck: () => void = () => {}) {
  const sending = new Set<Promise<void>>()
  let going = true

  async function send(): Promise<void> {
    const orderId = world.salesforce.addOrder()
    const notificationIds = [nextId('Notification')]
    history.orders.set(orderId, 'provisioned')
    for (let tries = history.orders.size; ; tries++) {
      const endpoint = world.nodes[tries % 2]?.endpoint ?? ''
      const { acked } = await world.salesforce.send({ endpoint, orderIds: [orderId], notificationIds, giveUpMs: 0 })
      if (acked) break
      await sleep(EVERY_MS)
    }
    onAck()
    history.acked.set(notificationIds[0] ?? '', orderId)
  }
  async function run(): Promise<void> {
    while (going) {
      const entry = send().finally(() => sending.delete(entry))
      sending.add(entry)
      await sleep(EVERY_MS)
    }
    await Promise.all(sending)
  }
  const running = run()
  return {
    async stop(): Promise<void> {
      going = false
      await running
    },
  }
}
