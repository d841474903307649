/** The Postgres of the benches: our own server, with fsync as in earnest, and a fresh database for every contender. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openEmbedded } from '../../src/ledger/postgres/embedded.ts'

export interface BenchPostgres {
  version: string
  /** An empty database, after a checkpoint: what was written before is not to be paid for now. */
  fresh(): Promise<{ url: string; drop(): Promise<void> }>
  /** Of the server and all of its processes, us. NaN where the system does not tell. */
  processorTime(): number
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
    processorTime: () => processorTimeOf(serverPid(folder)),
    async close() {
      if (server.started) await server.stop()
    },
  }
}

function serverPid(folder: string): number {
  return Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n', 1)[0])
}

/** A hundredth of a second, which is what Linux counts in, us. */
const TICK = 10_000

/** A process, its children that live, and those of them that have ended: the statistics of proc(5). */
function processorTimeOf(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN
  let ticks = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const [parent, own, ended] = statistics(name)
    if (Number(name) === pid) ticks += own + ended
    else if (parent === pid) ticks += own
  }
  return ticks * TICK
}

/** Its parent, its own ticks, and those of its children that have ended. A process that has just ended has none. */
function statistics(name: string): [number, number, number] {
  try {
    const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    const at = (i: number) => Number(fields[i])
    return [at(1), at(11) + at(12), at(13) + at(14)]
  } catch {
    return [0, 0, 0]
  }
}
