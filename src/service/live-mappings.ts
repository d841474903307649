/** The mapping that somebody has put in the place of MAPPING_FILE by the API: every process takes it within seconds. */

import { readMapping } from '../config/mapping/read.ts'
import type { Organization } from '../config/organizations.ts'
import { createDocumentStore } from '../ledger/people/documents.ts'
import type { Runner } from '../ledger/postgres/query.ts'
import { ACTIVE, MAPPINGS } from '../operations/documents.ts'
import { every, type Running } from '../runtime/every.ts'
import type { Log } from '../runtime/log.ts'
import type { MappingInForce } from './mapping-in-force.ts'

/** What is wrong with a mapping, a sentence each. */
export const mappingProblems = (content: object) => readMapping(JSON.stringify(content)).problems

const EVERY_MS = 2_000

export interface LiveMappingsOptions {
  /** They may change while it runs. */
  organizations: readonly { organization: Organization; mapping: MappingInForce }[]
  runner: Runner
  log: Log
}

/** Resolves when each organisation has its mapping: before that no order may be worked on. */
export async function startLiveMappings({ organizations, runner, log }: LiveMappingsOptions): Promise<Running> {
  const documents = createDocumentStore(runner)
  /** Organisations whose mapping is that of a document. */
  const live = new Set<string>()

  async function look({ organization, mapping }: LiveMappingsOptions['organizations'][number]): Promise<void> {
    const { id: organizationId, name } = organization
    const document = await documents.read({ organizationId, collection: MAPPINGS, key: ACTIVE })
    if (document === undefined && !live.has(organizationId)) return
    const next = document === undefined ? organization.rules : readMapping(JSON.stringify(document.content)).mapping
    const { changed, hash, since } = await mapping.enter(next)
    if (document === undefined) live.delete(organizationId)
    else live.add(organizationId)
    if (changed)
      log.info({ organization: name, hash, since, version: document?.version ?? 'of the file' }, 'mapping.loaded')
  }

  async function turn(): Promise<undefined> {
    for (const one of organizations) await look(one)
  }

  await turn()
  const job = { name: 'live-mappings', everyMs: EVERY_MS, turn }
  return every(job, { onFailed: (error) => log.error({ job: job.name, err: error }, 'upkeep.failed') })
}
