/** The mappings of all organisations: written into the ledger when they come into force, and changed while it runs. */
import type { Organization } from '../config/organizations.ts'
import { enter } from '../ledger/people/mappings.ts'
import type { Runner } from '../ledger/postgres/query.ts'
import type { Log } from '../runtime/log.ts'
import { createMappingInForce, type MappingInForce } from './mapping-in-force.ts'

export function mappingOf(
  { id: organizationId, rules }: Organization,
  { runner, worker }: { runner: Runner; worker: string },
): Promise<MappingInForce> {
  return createMappingInForce(rules, (hash, content) => enter(runner, { organizationId, hash, content, worker }))
}

/** Settings other than the mapping wait for a restart. */
export async function reloadMappings(
  atWork: readonly { organization: Organization; mapping: MappingInForce }[],
  given: readonly Organization[],
  log: Log,
): Promise<void> {
  for (const { organization, mapping } of atWork) {
    const next = given.find(({ id }) => id === organization.id)
    if (next === undefined) continue
    const { changed, hash, since } = await mapping.enter(next.rules)
    log.info({ organization: organization.name, hash, since }, changed ? 'mapping.loaded' : 'mapping.unchanged')
  }
}
