/** A release that is not there yet: this one, a migration ahead. */
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

const root = new URL('../..', import.meta.url)
const at = (path: string) => fileURLToPath(new URL(path, root))

/** What a next release would do: expand only. It runs while the statements of this release go on. */
export const EXPAND = {
  '9001_note': `-- Up Migration
alter table ledger.work add column note text default '';
alter table ledger.notification add column note text;
`,
  '9002_note_index': `-- Up Migration: outside of a transaction
drop index concurrently if exists ledger.work_note;
create index concurrently work_note on ledger.work (note) where lease_until is null;
`,
}

/** The folder of this release's migrations and those. */
export async function nextMigrations(t: Test, more: Record<string, string>): Promise<string> {
  const folder = await temporary(t)
  await cp(at('sql/migrations'), folder, { recursive: true })
  await addMigrations(folder, more)
  return folder
}

/** The folder of the next release: the same code, and those migrations. */
export async function nextRelease(t: Test, more: Record<string, string>): Promise<string> {
  const folder = await temporary(t)
  for (const name of ['src', 'sql', 'wsdl', 'package.json']) await cp(at(name), join(folder, name), { recursive: true })
  await symlink(at('node_modules'), join(folder, 'node_modules'))
  await addMigrations(join(folder, 'sql/migrations'), more)
  return folder
}

async function temporary(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'soapstone-release-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

async function addMigrations(folder: string, migrations: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(migrations)) await writeFile(join(folder, `${name}.sql`), text)
}
