/** The service with a Pub/Sub API beside Salesforce, whose change events follow what the API writes. */
import type { Test } from 'tap'
import { type PubSub, startPubSub } from '../simulators/pubsub.ts'
import type { Salesforce } from '../simulators/salesforce.ts'
import { createWorld, type World } from './service.ts'

export const STATUS_CHANGED = '/event/OrderStatusChangedEvent'
export const APPROVED = '/event/Order_Approved__e'
export const CHANGES = '/data/OrderChangeEvent'

export interface EventWorld extends World {
  pubsub: PubSub
}

export async function createEventWorld(t: Test, more: Record<string, string> = {}): Promise<EventWorld> {
  const world = await createWorld(t, more)
  const pubsub = await startPubSub({ isLive: world.salesforce.isLive })
  t.teardown(() => pubsub.close())
  for (const topic of [STATUS_CHANGED, APPROVED, CHANGES]) pubsub.bus.topic(topic)
  echo(world.salesforce, pubsub)
  const settings = { PUBSUB_TOPICS: STATUS_CHANGED, PUBSUB_ENDPOINT: pubsub.endpoint, ...more }
  return { ...world, pubsub, settings: { ...world.settings, ...settings } }
}

/** Change data capture: what the API writes to orders comes as an event, with who wrote it. */
export function echo(salesforce: Salesforce, pubsub: PubSub): void {
  salesforce.onChanged((ids, callOptions) => {
    const recordIds = ids.filter((id) => id.startsWith('801'))
    const changeOrigin = `com/salesforce/api/rest/67.0;${callOptions}`
    for (const id of recordIds) pubsub.bus.orderChanged({ recordIds: [id], changeOrigin })
  })
}
