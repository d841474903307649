/** A Postgres server of the test's own: for tests that pull its plug. With fsync, as in earnest. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { isEmbeddedIn, openEmbedded } from '../../src/ledger/postgres/embedded.ts'
import { migrate } from '../../src/ledger/schema/migrate.ts'
import { closedUrl } from './http-server.ts'
import { migrationsHash } from './postgres.ts'

export interface OwnPostgres {
  url: string
  /** As a power cut would. */
  pullThePlug(): Promise<void>
  startAgain(): Promise<void>
}

export async function startPostgres(t: Test): Promise<OwnPostgres> {
  const folder = folderNamed(randomBytes(4).toString('hex'))
  // With its owner, who is not root.
  await promisify(execFile)('cp', ['-a', await migratedServer(), folder])
  await writeFile(join(folder, 'port'), new URL(await closedUrl()).port)
  let server = await openEmbedded({ folder })
  let running = true
  const pullThePlug = async () => {
    running = false
    await server.stop('immediate')
  }
  t.teardown(async () => {
    if (running) await pullThePlug()
    await rm(folder, { recursive: true })
  })
  return {
    url: server.url,
    pullThePlug,
    async startAgain() {
      server = await openEmbedded({ folder })
      running = true
    },
  }
}

/** One that was made, migrated and stopped, to be copied: to make one takes two seconds of processor time. */
async function migratedServer(): Promise<string> {
  const folder = folderNamed(migrationsHash())
  if (await isEmbeddedIn(folder)) return folder
  const made = folderNamed(randomBytes(4).toString('hex'))
  const server = await openEmbedded({ folder: made })
  await migrate(server.url)
  await server.stop()
  // Another file may have been quicker.
  await rename(made, folder).catch(() => rm(made, { recursive: true }))
  return folder
}

const folderNamed = (name: string) => fileURLToPath(new URL(`../../.soapstone/own-${name}`, import.meta.url))
