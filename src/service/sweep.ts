/** The sweep of one organisation, put together: for the service, which does it again and again, and for the command. */
import { type Organization, organizationsOf } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import { createSweep, type Orders, type Sweep } from '../doors/sweep/sweep.ts'
import { openPool } from '../ledger/postgres/pool.ts'
import type { Runner } from '../ledger/postgres/query.ts'
import { type Changes, createChanges } from '../ledger/record/changes.ts'
import { confirming } from '../ledger/record/confirm.ts'
import { createRecorder, type Recorder } from '../ledger/record/recorder.ts'
import { schemaState } from '../ledger/schema/migrate.ts'
import { Explained } from '../runtime/explained.ts'
import { createSalesforce } from './adapters.ts'
import { openDatabase } from './database.ts'
import { explainFailure } from './explain-failure.ts'

export interface OrganizationSweepOptions {
  organization: Organization
  salesforce: Orders
  runner: Runner
  recorder: Pick<Recorder, 'record'>
}

export interface OrganizationSweep extends Sweep, Pick<Changes, 'since'> {
  organizationId: string
}

export function createOrganizationSweep(options: OrganizationSweepOptions): OrganizationSweep {
  const { organization, salesforce, runner, recorder } = options
  const { id: organizationId } = organization
  const { known, since } = createChanges({ runner, organizationId })
  const ledger = { known, record: recorder.record }
  return { organizationId, ...createSweep({ organizationId, orders: salesforce, ledger }), since }
}

/** Runs with the sweeps of all organisations, on a ledger that is there. What Salesforce does to them is explained. */
export async function withSweeps<T>(config: Config, work: (sweeps: OrganizationSweep[]) => Promise<T>): Promise<T> {
  const database = await openDatabase({ url: config.DATABASE_URL, folder: config.DATA_FOLDER }, 'join')
  try {
    const { kind } = await schemaState(database.url)
    if (kind === 'empty') throw new Explained('there is no ledger in this database yet: run soapstone migrate')
    const pool = openPool({ url: database.url, connections: 3, name: 'soapstone cli', onError: () => {} })
    const recorder = createRecorder({ runner: confirming(pool) })
    const sweeps = organizationsOf(config).map((organization) => {
      const salesforce = createSalesforce(organization, config)
      return createOrganizationSweep({ organization, salesforce, runner: pool, recorder })
    })
    try {
      return await work(sweeps)
    } catch (error) {
      throw explainFailure(error)
    } finally {
      await pool.end()
    }
  } finally {
    await database.close()
  }
}
