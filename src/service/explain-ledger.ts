/** What the ledger's errors mean to somebody who asked a question. */
import { isUnavailable } from '../ledger/postgres/pool.ts'
import { LedgerUnfit } from '../ledger/postgres/unfit.ts'
import { Late } from '../ledger/postgres/within.ts'
import { Problem } from '../runtime/problem.ts'

/** Undefined: the question itself is at fault, or we are. */
export function explainLedger(error: unknown): Problem | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (error instanceof Late || code === '57014') {
    return new Problem(
      504,
      'QUERY_TIMEOUT',
      'the ledger did not answer in time: ask for less, by since, until or state',
    )
  }
  if (isAway(error, code)) {
    return new Problem(503, 'LEDGER_AWAY', 'the ledger is away: try again in a moment')
  }
  return undefined
}

/** A line that was cut, a server that is going, or none that will do; but no mistake of ours, which has no code either. */
function isAway(error: unknown, code: unknown): boolean {
  if (error instanceof LedgerUnfit || error instanceof AggregateError) return true
  if (typeof code === 'string') return /^(?:E[A-Z_]+|[0-9A-Z]{5})$/.test(code) && isUnavailable(error)
  return (
    error instanceof Error &&
    /^Connection terminated|^timeout: |: the pool is closed$|no connection|Postgres has not answered/.test(
      error.message,
    )
  )
}
