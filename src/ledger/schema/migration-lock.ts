/** One process migrates at a time. The others wait, say for whom, and give up when that takes too long. */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { Explained } from '../../runtime/explained.ts'

export interface Waiting {
  /** Called at once and then every `tellMs`. */
  onWait?: ((holder: string, seconds: number) => void) | undefined
  /** How often it looks whether the lock is free. */
  lookMs?: number
  tellMs?: number
  /** After so long it gives up: a migration that takes longer is one that somebody watches. */
  patienceMs?: number
}

/** That of node-pg-migrate: whoever runs the migrations by its command line waits for us, and we for him. */
export const LOCK_ID = 7241865325823964

/** The process that has the lock, as whoever looks for it needs to know it. */
const HOLDER = `
  select format('%s of %s at %s, process %s on the server, since %s', coalesce(nullif(a.application_name, ''), 'a program'),
    a.usename, coalesce(host(a.client_addr), 'this server'), a.pid, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS')) as holder
  from pg_locks l
  join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
    and (l.classid::bigint << 32) + l.objid::bigint = $1`

/**
 * For the rest of the session. Asked for again and again: a statement that waits for the lock would hold a snapshot, which
 * `create index concurrently` in the process that has the lock waits for.
 */
export async function takeLock(client: pg.Client, waiting: Waiting = {}): Promise<void> {
  const { onWait, lookMs = 200, tellMs = 10_000, patienceMs = 300_000 } = waiting
  const startedAt = performance.now()
  let toldAt = Number.NEGATIVE_INFINITY
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1::bigint) as taken', [
      LOCK_ID,
    ])
    if (rows[0]?.taken) return
    const waited = performance.now() - startedAt
    const seconds = Math.round(waited / 1_000)
    if (waited >= patienceMs) {
      throw new Explained(`gave up after ${seconds} s: another process migrates the ledger: ${await holder(client)}`)
    }
    if (onWait && performance.now() - toldAt >= tellMs) {
      toldAt = performance.now()
      onWait(await holder(client), seconds)
    }
    await sleep(lookMs)
  }
}

async function holder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ holder: string }>(HOLDER, [LOCK_ID])
  return rows[0]?.holder ?? 'it has just ended'
}
