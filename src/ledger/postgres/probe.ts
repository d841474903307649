/** Asks whether anything can be stored, by storing something: a commit that leaves no row. */
import type { Pool } from './pool.ts'
import { LedgerUnfit } from './unfit.ts'

/** It has a transaction's number, so that its commit goes to the disk, and to the standby where commits wait for one. */
const WRITE = `select pg_logical_emit_message(true, 'soapstone', 'probe'),
  current_setting('transaction_read_only') = 'on' as read_only`

/** Resolves after the commit. */
export async function probe(pool: Pool): Promise<void> {
  const connection = await pool.connect()
  let fit = false
  try {
    const { rows } = await connection.query<{ read_only: boolean }>(WRITE)
    fit = rows[0]?.read_only === false
    if (!fit) throw new LedgerUnfit('read-only', 'the server is read-only: DATABASE_URL must name the primary')
  } finally {
    connection.release(fit ? undefined : 'destroy')
  }
}
