/** What an answer of Postgres says beyond its rows: by a warning, or by an error's code. */
import type pg from 'pg'
import { Failure } from '../../domain/failure.ts'
import type { Runner } from './query.ts'

/** Postgres did as it was told, and adds that it is not what was hoped for. */
class Warned extends Error {
  constructor(warning: string) {
    super(`committed here, but not certainly on the standby: ${warning}`)
    this.name = 'Warned'
  }
}

/**
 * Runs a statement on a connection that does nothing else meanwhile. Rejects when Postgres warns (01000): to whoever
 * cancels the wait for a standby it answers that the commit succeeded, with a warning, and what is only here is lost with
 * this server. A trigger's own warning means nothing of the kind.
 */
export async function unwarned<T>(client: pg.Client, run: () => Promise<T>): Promise<T> {
  let warned: Warned | undefined
  const listen = (notice: {
    code?: string | undefined
    routine?: string | undefined
    message?: string | undefined
  }) => {
    if (notice.code === '01000' && notice.routine !== 'exec_stmt_raise') warned = new Warned(String(notice.message))
  }
  client.on('notice', listen)
  try {
    const answer = await run()
    if (warned !== undefined) throw warned
    return answer
  } finally {
    client.off('notice', listen)
  }
}

/** True when the error says that Postgres is away or going, not that the statement was wrong. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // Class 08 connection, 53 resources, 57 operator intervention (shutdown, cancel); Node's errors are no SQLSTATE.
  if (/^[0-9A-Z]{5}$/.test(code)) return /^(?:08|53|57P|58)/.test(code) || code === '57014' || code === '25006'
  return true
}

/** True for a broken constraint or an aborted race, by SQLSTATE. */
export function hasSqlState(error: unknown, ...states: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && states.includes(error.code)
}

/** For what steps ask of the ledger in the midst of their work: that it is away is a Failure, which burns no attempt. */
export function failing(runner: Runner): Runner {
  return {
    query: (config) =>
      runner.query(config).catch((error: unknown) => {
        if (!isUnavailable(error)) throw error
        throw new Failure('LEDGER_AWAY', { detail: `the ledger was away: ${String(error)}`, cause: error })
      }),
  }
}
