/**
 * The migrations as node-pg-migrate is to run them while the service is at work: each in a transaction, which waits for
 * a lock no longer than a message can, because whoever waits for an exclusive lock holds up all who come after it.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { MigrationBuilder, RunnerOption } from 'node-pg-migrate'

/** Ends with a slash. */
export const MIGRATIONS = fileURLToPath(new URL('.', import.meta.resolve('#sql/migrations/0001_ledger.sql')))

/** Half of what the recorder waits for a commit. */
const LOCK_TIMEOUT = '2s'

/** Says that the statements of a file can't be in a transaction, such as `create index concurrently`. */
const OUTSIDE = /^-- Up Migration: outside of a transaction$/m

export const LOADERS: NonNullable<RunnerOption['migrationLoaderStrategies']> = [
  {
    extensions: ['.sql'],
    loader: async (paths) =>
      paths.map((path) => {
        const text = readFileSync(path, 'utf8')
        const run = OUTSIDE.test(text) ? outside : inside
        return { id: path, filePaths: [path], actions: { up: (builder) => run(builder, text), down: false } }
      }),
  },
]

function inside(builder: MigrationBuilder, text: string): void {
  builder.sql(`set local lock_timeout = '${LOCK_TIMEOUT}'`)
  builder.sql(text)
}

function outside(builder: MigrationBuilder, text: string): void {
  builder.noTransaction()
  // One at a time: several in one go would be a transaction.
  for (const statement of text.split(/(?<=;)\s*$/m)) if (statement.trim() !== '') builder.sql(statement.trim())
}
