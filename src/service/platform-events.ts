/** The door for events. Nothing of it is loaded where no topic is set. */
import type { Door } from '../doors/door.ts'
import type { SubscribeOptions } from './subscriptions.ts'

export async function platformEvents(options: Omit<SubscribeOptions, 'topics'>): Promise<Door> {
  if (options.config.PUBSUB_TOPICS === undefined || options.organizations.length === 0) return {}
  const { subscribe } = await import('./subscriptions.ts')
  return subscribe({ ...options, topics: options.config.PUBSUB_TOPICS })
}
