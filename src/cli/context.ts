/** What the verbs share: settings, the ledger, printing. */
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { type Config, readConfig, readLedgerConfig } from '../config/read.ts'
import { openEmbedded } from '../ledger/postgres/embedded.ts'
import { openPool, type Pool } from '../ledger/postgres/pool.ts'
import { type SchemaState, schemaState } from '../ledger/schema/migrate.ts'

/** Something that the user can mend: shown without a stack. */
export class UsageError extends Error {}

/** The variables of ./.env, where there is one. */
export function dotEnv(): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'))
  } catch {
    return {}
  }
}

export function requireConfig(): Config {
  const { config, problems } = readConfig(process.env, dotEnv())
  if (!config) throw new UsageError(`the settings have problems:\n${bullets(problems)}`)
  return config
}

export interface LedgerContext {
  url: string
  organizationId?: string
}

/** Runs with the ledger's URL; starts the embedded server for that time when it is the one and doesn't run. */
export async function withLedgerUrl<T>(work: (context: LedgerContext) => Promise<T>): Promise<T> {
  const { ledger, problems } = readLedgerConfig(process.env, dotEnv())
  if (problems.length > 0) throw new UsageError(`the settings have problems:\n${bullets(problems)}`)
  const organization = ledger.organizationId === undefined ? {} : { organizationId: ledger.organizationId }
  if (ledger.url !== undefined) return work({ url: ledger.url, ...organization })
  const embedded = await openEmbedded({ folder: ledger.folder })
  try {
    return await work({ url: embedded.url, ...organization })
  } finally {
    if (embedded.started) await embedded.stop()
  }
}

/** Runs with a connection to a ledger that is there. */
export function withLedger<T>(
  work: (pool: Pool, context: LedgerContext & { schema: SchemaState }) => Promise<T>,
): Promise<T> {
  return withLedgerUrl(async (context) => {
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

function bullets(lines: string[]): string {
  return lines.map((line) => `  - ${line}`).join('\n')
}
