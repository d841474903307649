/** The Postgres of the benches: our own server, with fsync as in earnest, and a fresh database for every contender. */
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openEmbedded } from '../../src/ledger/postgres/embedded.ts'

export interface BenchPostgres {
  version: string
  /** An empty database, after a checkpoint: what was written before is not to be paid for now. */
  fresh(): Promise<{ url: string; drop(): Promise<void> }>
  close(): Promise<void>
}

/** `settings`: as for postgres -c. */
export async function openBenchPostgres(folderName: string, settings: string[]): Promise<BenchPostgres> {
  const folder = fileURLToPath(new URL(`../../.soapstone/${folderName}`, import.meta.url))
  const server = await openEmbedded({ folder, settings })
  let number = 0
  const admin = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
      const { rows } = await client.query<{ server_version: string }>('show server_version')
      return rows[0]?.server_version ?? ''
    } finally {
      await client.end()
    }
  }
  return {
    version: await admin(),
    async fresh() {
      number += 1
      const name = `bench_${process.pid}_${number}`
      await admin(`create database ${name}`, 'checkpoint')
      return {
        url: Object.assign(new URL(server.url), { pathname: `/${name}` }).href,
        drop: async () => void (await admin(`drop database if exists ${name} with (force)`)),
      }
    },
    async close() {
      if (server.started) await server.stop()
    },
  }
}
