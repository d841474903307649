/** The Pub/Sub API, as the doctor looks at it. */
import type { Organization } from '../../config/organizations.ts'
import type { Config } from '../../config/read.ts'
import { createConnect } from '../../doors/platform-events/pubsub/client.ts'
import { toEventsFailure } from '../../doors/platform-events/pubsub/errors.ts'
import type { Check } from '../../operations/doctor/check.ts'
import { eventChecks } from '../../operations/doctor/events.ts'
import { proxyFor } from '../../runtime/proxy.ts'
import type { EventAccess } from '../../salesforce/events.ts'

export interface EventsOfDoctor {
  organization: Organization
  config: Config
  timeoutMs: number
}

/** None where no topic is set. */
export function eventsOf({ organization, config, timeoutMs }: EventsOfDoctor, salesforce: EventAccess): Check[] {
  const { PUBSUB_TOPICS: topics, PUBSUB_ENDPOINT: endpoint } = config
  if (topics === undefined) return []
  const proxy = proxyFor(`https://${endpoint.host}:${endpoint.port}`, config.proxies)
  const connect = createConnect({ endpoint, ...(proxy !== undefined && { proxy }) })
  const access = { instanceUrl: organization.salesforce.instanceUrl, organizationId: organization.id }

  async function canSubscribe(topic: string): Promise<boolean> {
    return await salesforce.withToken(async (token) => {
      try {
        const pubsub = await connect({ ...access, token }, timeoutMs)
        return (await pubsub.topic(topic, timeoutMs).finally(pubsub.close)).canSubscribe
      } catch (error) {
        throw toEventsFailure(error, topic)
      }
    })
  }

  const names = topics.map(({ name }) => name)
  return eventChecks({ canSubscribe, publishBehavior: salesforce.publishBehavior }, names)
}
