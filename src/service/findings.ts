/** WHMCS by the settings of this installation, asked whether what a person found there can be so. */
import { type Organization, organizationsOf } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import { toFailure } from '../domain/failure.ts'
import { Refusal } from '../operations/refusal.ts'
import type { FindingPort } from '../operations/resolve.ts'
import { checkResolution, type KnownIntents } from '../whmcs/resolution.ts'
import { createWhmcs } from './adapters.ts'

/** All questions together must be answered in this time. */
const CHECK_WITHIN_MS = 120_000

/** `organizations`: they may change while it runs. */
export function createFindings(
  config: Config,
  intents: KnownIntents,
  organizations: readonly Organization[] = organizationsOf(config),
): FindingPort {
  return {
    async contradictions({ organizationId, orderId, finding }) {
      const organization = organizations.find(({ id }) => id === organizationId)
      if (organization === undefined)
        throw new Refusal('conflict', `the settings know no organisation ${organizationId}`)
      const resolution = { organizationId, orderId, ...(finding !== 'not-created' && finding) }
      const ports = { whmcs: createWhmcs(organization, config), intents }
      try {
        return await checkResolution(resolution, ports, AbortSignal.timeout(CHECK_WITHIN_MS))
      } catch (error) {
        throw new Refusal('conflict', `WHMCS can't be asked whether it is so: ${toFailure(error).message}`)
      }
    },
  }
}
