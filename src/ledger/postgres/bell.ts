/**
 * Tells other processes that there is work, by NOTIFY outside of the insert's transaction (inside it, it costs more
 * than half of the commits), at most one in `quietMs`. Only a hint that saves waiting: polling is the guarantee, and
 * all there is behind a pooler, which passes no notifications on.
 */
import pg from 'pg'
import type { Pool } from './pool.ts'

export interface Bell {
  ring(): void
  close(): Promise<void>
}

export interface BellOptions {
  url: string
  pool: Pool
  /** Somebody recorded something, perhaps this very process. */
  onRing: () => void
  onError: (error: unknown) => void
  quietMs?: number
}

const CHANNEL = 'soapstone_due'
const RECONNECT_MS = 5_000

export function openBell({ url, pool, onRing, onError, quietMs = 100 }: BellOptions): Bell {
  let client: pg.Client | undefined
  let reconnect: NodeJS.Timeout | undefined
  let pending: NodeJS.Timeout | undefined
  let closed = false

  async function listen(): Promise<void> {
    const mine = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 3_000,
      application_name: 'soapstone bell',
      keepAlive: true,
    })
    client = mine
    mine.on('error', onError)
    mine.on('end', again)
    mine.on('notification', onRing)
    try {
      await mine.connect()
      if (await isPooled(mine)) return await leave(mine)
      await mine.query(`listen ${CHANNEL}`)
    } catch (error) {
      onError(error)
      await mine.end().catch(() => {})
      again()
    }
  }
  /** A pooler gives the server's connection to whoever is next: what it hears would reach nobody, or the wrong one. */
  async function leave(mine: pg.Client): Promise<void> {
    mine.off('end', again)
    await mine.end()
  }
  function again(): void {
    if (closed) return
    clearTimeout(reconnect)
    reconnect = setTimeout(() => void listen(), RECONNECT_MS)
  }
  void listen()

  return {
    ring() {
      pending ??= setTimeout(() => {
        pending = undefined
        pool.query(`notify ${CHANNEL}`).catch(onError)
      }, quietMs)
    },
    async close() {
      closed = true
      clearTimeout(reconnect)
      clearTimeout(pending)
      await client?.end().catch(() => {})
    },
  }
}

/** A pooler names a process of its own when it is connected to: the cancel key is its own. */
async function isPooled(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return 'processID' in client && client.processID !== rows[0]?.pid
}
