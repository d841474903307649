/** The door for events. Nothing of it is loaded where no topic is set. */
import type { Organization } from '../config/organizations.ts'
import type { Door } from '../doors/door.ts'
import { readSubscriptions } from '../ledger/events/standing.ts'
import type { Runner } from '../ledger/postgres/query.ts'
import type { SubscribeOptions } from './subscriptions.ts'

/** Of one organisation. */
export async function platformEvents(options: Omit<SubscribeOptions, 'topics'>): Promise<Door> {
  if (options.config.PUBSUB_TOPICS === undefined) return {}
  const { subscribe } = await import('./subscriptions.ts')
  return subscribe({ ...options, topics: options.config.PUBSUB_TOPICS })
}

/** How the subscriptions of all processes stand. */
export async function subscriptionGauges(runner: Runner, organizations: readonly Organization[]) {
  const all = await readSubscriptions(runner)
  return all.map(({ organizationId, topic, state, positionAt, deliveries }) => ({
    organization: organizations.find(({ id }) => id === organizationId)?.name ?? organizationId,
    topic,
    subscribed: state === 'subscribed',
    positionAgeSeconds: positionAt === null ? undefined : (Date.now() - positionAt.getTime()) / 1_000,
    deliveriesRemaining: deliveries?.remaining,
  }))
}
