/** A Postgres server of the test's own: for tests that pull its plug. With fsync, as in earnest. */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { openEmbedded } from '../../src/ledger/postgres/embedded.ts'

export interface OwnPostgres {
  url: string
  /** As a power cut would. */
  pullThePlug(): Promise<void>
  startAgain(): Promise<void>
}

export async function startPostgres(t: Test): Promise<OwnPostgres> {
  const name = `own-${randomBytes(4).toString('hex')}`
  const folder = fileURLToPath(new URL(`../../.soapstone/${name}`, import.meta.url))
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
