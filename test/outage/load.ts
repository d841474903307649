/** Orders of clients of their own, in messages, one after the other: the order of arrival is theirs. */
import type { World } from './world.ts'

/** Returns the ids of the orders. */
export async function sendAll(world: World, orders: number, perMessage: number): Promise<string[]> {
  const { salesforce, serve } = world
  const endpoint = `http://127.0.0.1:${serve.port}/outbound-messages/order`
  const orderIds = Array.from({ length: orders }, () => salesforce.addOrder())
  for (let at = 0; at < orders; at += perMessage) {
    const delivery = await salesforce.send({ endpoint, orderIds: orderIds.slice(at, at + perMessage) })
    if (!delivery.acked) throw new Error(`a message was not Acked: ${delivery.lastError}`)
  }
  return orderIds
}
