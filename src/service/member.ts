/** One organisation in this process, put together: its stages, its regular jobs, and the events that it is told of. */
import type { Logger } from 'pino'
import type { Organization } from '../config/organizations.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Running } from '../runtime/every.ts'
import { mappingOf } from './mappings.ts'
import type { Member } from './members.ts'
import { createOrganization, type OrganizationOptions } from './organization.ts'
import { platformEvents } from './platform-events.ts'
import type { SubscribeOptions } from './subscriptions.ts'
import { type OwnOptions, startUpkeepOf } from './upkeep.ts'

type JoiningOptions = Omit<OrganizationOptions, 'organization' | 'mapping' | 'log'> &
  Omit<SubscribeOptions, 'organization' | 'topics' | 'metrics' | 'log'> &
  OwnOptions & { metrics: Metrics; log: Logger }

export function joining(options: JoiningOptions): (organization: Organization) => Promise<Member> {
  const { config, pools, worker, log, metrics } = options
  return async (organization) => {
    const atWork = createOrganization({
      ...options,
      organization,
      mapping: await mappingOf(organization, { runner: pools.people, worker }),
      log: log.child({ organization: organization.name }),
    })
    const events = await platformEvents({ ...options, metrics: metrics.events, organization: atWork })
    let upkeep: Running[] = []
    return {
      atWork,
      async start() {
        atWork.start()
        await events.start?.()
        upkeep = startUpkeepOf(atWork, options)
      },
      async stop() {
        await events.stop?.()
        await Promise.all([atWork.stop(config.DRAIN_SECONDS * 1_000), ...upkeep.map((job) => job.stop())])
      },
    }
  }
}
