/** Asks whether anything can be stored, by storing something: a commit that leaves no row. */
import type { History } from './history.ts'
import type { Pool } from './pool.ts'
import { LedgerUnfit } from './unfit.ts'

/** It has a transaction's number, so that its commit goes to the disk, and to the standby where commits wait for one. */
const WRITE = `select (pg_logical_emit_message(true, 'soapstone', 'probe') - '0/0')::text as position,
  current_setting('transaction_read_only') = 'on' as read_only`

/** Resolves after the commit, which is remembered: the ledger must never lack it again. */
export async function probe(pool: Pool, history: History): Promise<void> {
  const connection = await pool.connect()
  let fit = false
  try {
    const { rows } = await connection.query<{ read_only: boolean; position: string }>(WRITE)
    const [row] = rows
    if (row === undefined || row.read_only) {
      throw new LedgerUnfit('read-only', 'the server is read-only: DATABASE_URL must name the primary')
    }
    if (connection.moment) history.confirmed({ ...connection.moment, position: BigInt(row.position) })
    fit = true
  } finally {
    connection.release(fit ? undefined : 'destroy')
  }
}
