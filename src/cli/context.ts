/** What the verbs share: settings, the ledger, printing. */
import { readEnvFile } from '../config/env-file.ts'
import { type Config, type LedgerConfig, type ReadConfig, readConfig, readLedgerConfig } from '../config/read.ts'
import { openPool, type Pool } from '../ledger/postgres/pool.ts'
import { type SchemaState, schemaState } from '../ledger/schema/migrate.ts'
import { openDatabase } from '../service/database.ts'

/** Something that the user can mend: shown without a stack. */
export class UsageError extends Error {}

/** The settings of the environment and of ./.env, with everything that is wrong. */
export function readSettings(): ReadConfig {
  const file = readEnvFile('.env')
  const { problems, ...read } = readConfig(process.env, file.variables)
  return { ...read, problems: [...file.problems, ...problems] }
}

export function requireConfig(): { config: Config; warnings: string[] } {
  const { config, problems, warnings } = readSettings()
  if (config === undefined || problems.length > 0) throw settingsProblems(problems)
  return { config, warnings }
}

/** What it takes to reach the ledger. */
function requireLedgerConfig(): LedgerConfig {
  const file = readEnvFile('.env')
  const { ledger, problems } = readLedgerConfig(process.env, file.variables)
  const all = [...file.problems, ...problems]
  if (ledger === undefined || all.length > 0) throw settingsProblems(all)
  return ledger
}

export interface LedgerContext {
  url: string
  organizationId: string | undefined
  warnings: string[]
}

/** Runs with the ledger's URL; starts the embedded server for that time when it is the one and doesn't run. */
export async function withLedgerUrl<T>(how: 'make' | 'join', work: (context: LedgerContext) => Promise<T>): Promise<T> {
  const config = requireLedgerConfig()
  const database = await openDatabase(config, how)
  try {
    return await work({ ...config, url: database.url })
  } finally {
    await database.close()
  }
}

/** Runs with a connection to a ledger that is there. */
export function withLedger<T>(
  work: (pool: Pool, context: LedgerContext & { schema: SchemaState }) => Promise<T>,
): Promise<T> {
  return withLedgerUrl('join', async (context) => {
    const schema = await schemaState(context.url)
    if (schema.kind === 'empty') throw new UsageError('there is no ledger in this database yet: run soapstone migrate')
    const pool = openPool({ url: context.url, connections: 3, name: 'soapstone cli', onError: () => {} })
    try {
      return await work(pool, { ...context, schema })
    } finally {
      await pool.end()
    }
  })
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

function settingsProblems(problems: string[]): UsageError {
  return new UsageError(`the settings have problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
}
