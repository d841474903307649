/** How long it takes until work goes on: after the death of a worker, and after that of Postgres. */
import type { Pool } from '../../src/ledger/postgres/pool.ts'

export interface Recovery {
  /** Call right after the kill. */
  killed(pid: number): Promise<void>
  /** Call when Postgres is back. */
  raised(): Promise<void>
  /** Reads from the ledger what came of those, at the end of a round. */
  measure(): Promise<void>
  /** Seconds from a kill until each notification that the dead held was worked on by another. */
  readonly takenUp: number[]
  /** Seconds from Postgres's return to the first settled notification. */
  readonly settled: number[]
}

interface Held {
  notification_id: string
  lease_no: number
  at: Date
}

export function createRecovery(pool: Pool): Recovery {
  let orphans: Held[] = []
  let returns: Date[] = []
  const takenUp: number[] = []
  const settled: number[] = []

  return {
    async killed(pid) {
      const { rows } = await pool.query<Held>(
        `select notification_id, lease_no, clock_timestamp() as at from ledger.work
        where lease_holder ~ ('-' || $1::text || '-')`,
        [pid],
      )
      orphans.push(...rows)
    },
    async raised() {
      const { rows } = await pool.query<{ at: Date }>(
        'select clock_timestamp() as at where exists (select from ledger.work)',
      )
      returns.push(...rows.map(({ at }) => at))
    },
    async measure() {
      for (const { notification_id: id, lease_no: lease, at } of orphans) {
        const { rows } = await pool.query<{ seconds: number }>(
          `select extract(epoch from started_at - $3)::double precision as seconds from ledger.attempt
          where notification_id = $1 and attempt_no = $2 + 1`,
          [id, lease, at],
        )
        takenUp.push(...rows.map(({ seconds }) => seconds))
      }
      for (const at of returns) {
        const { rows } = await pool.query<{ seconds: number | null }>(
          `select extract(epoch from min(finished_at) - $1)::double precision as seconds from ledger.attempt
          where finished_at > $1 and outcome not in ('lost', 'released')`,
          [at],
        )
        settled.push(...rows.flatMap(({ seconds }) => seconds ?? []))
      }
      orphans = []
      returns = []
    },
    takenUp,
    settled,
  }
}
