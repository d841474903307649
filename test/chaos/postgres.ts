/** A Postgres of the test's own, that can be knocked over; every commit of it must survive that. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Embedded, openEmbedded } from '../../src/ledger/postgres/embedded.ts'
import { openPool, type Pool } from '../../src/ledger/postgres/pool.ts'
import { migrate } from '../../src/ledger/schema/migrate.ts'
import { stopPostgres } from '../demo/folder.ts'
import type { PairBlow } from './pair-plan.ts'

export interface Postgres {
  /** Where it is reached. */
  readonly port: number
  /** Where each of its servers is reached, whichever is the primary. */
  hosts(): number[]
  /** For those who look on: not through the lines that are struck. */
  pool: Pool
  knockOver(mode: 'immediate' | 'fast'): Promise<void>
  /** Starts it again, where it is down. */
  raise(): Promise<void>
  /** Of a pair alone. */
  strike(blow: PairBlow): Promise<void>
  /** Ends every connection of the workers. */
  terminateBackends(): Promise<void>
  close(): Promise<void>
}

export async function openPostgres(folder: string): Promise<Postgres> {
  const own = join(folder, 'postgres')
  await stopPostgres(own)
  await rm(own, { recursive: true, force: true })
  const open = () => openEmbedded({ folder: own, settings: ['fsync=on', 'max_connections=100'] })
  let server: Embedded | undefined = await open()
  const { url } = server
  await migrate(url)
  const pool = openPool({ url, connections: 3, name: 'chaos', onError: () => {} })

  return {
    port: Number(new URL(url).port),
    hosts: () => [Number(new URL(url).port)],
    pool,
    strike: ({ kind }) => Promise.reject(new Error(`${kind} is for a pair`)),
    async knockOver(mode) {
      const running = server
      server = undefined
      await running?.stop(mode)
    },
    async raise() {
      server ??= await open()
    },
    async terminateBackends() {
      await pool.query(
        // Of the nodes: this program has connections of its own, which are called 'soapstone test'.
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name like 'soapstone%' and application_name <> 'soapstone test'`,
      )
    },
    async close() {
      await pool.end()
      await server?.stop()
    },
  }
}
