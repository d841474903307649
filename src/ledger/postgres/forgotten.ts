/**
 * Finds out which statements that were given up will never be answered: the server is another one now, or does not know
 * the session any more. Over a line that died neither an answer nor an end comes, for a quarter of an hour.
 */
import { type Connection, hangUp } from './connection.ts'
import { query } from './query.ts'
import { within } from './within.ts'

export interface ForgottenOptions {
  connect: () => Promise<Connection>
  /** Since when, by performance.now(). */
  givenUp: ReadonlyMap<Connection, number>
  forget: (connection: Connection) => void
  /** The connection by which it was found out is of use, and nobody's. */
  onFound: (connection: Connection) => void
}

/** Between two looks: whoever looks opens a connection. */
const REST_MS = 1_000
const ANSWER_MS = 2_000
/** Through a pooler nobody can tell whose a session of the server is. */
const POOLED_MS = 60_000

export const knownSessions = query('known-sessions', { pid: 'integer[]' }, { pid: 'integer' }, 'each-time')

export function createForgotten({ connect, givenUp, forget, onFound }: ForgottenOptions) {
  let looking = false
  let lookedAt = Number.NEGATIVE_INFINITY

  async function look(): Promise<void> {
    const fresh = await connect()
    const found = await forgottenBy(fresh).catch((error: unknown) => {
      hangUp(fresh)
      throw error
    })
    for (const connection of found) forget(connection)
    if (found.length > 0) onFound(fresh)
    else hangUp(fresh)
  }

  async function forgottenBy({ client, server, pooled }: Connection): Promise<Connection[]> {
    const all = [...givenUp]
    if (pooled) {
      return all.flatMap(([one, since]) => (performance.now() - since > POOLED_MS ? one : []))
    }
    const rows = await within(ANSWER_MS, knownSessions(client, { pid: all.map(([one]) => one.pid) }))
    const known = new Set(rows.map(({ pid }) => pid))
    return all.flatMap(([one]) => (one.server === server && known.has(one.pid) ? [] : one))
  }

  return {
    /** At most one at a time, and not too often. */
    look(): void {
      if (looking || performance.now() - lookedAt < REST_MS) return
      looking = true
      lookedAt = performance.now()
      // What it can't find out now it may find out next time.
      void look()
        .catch(() => {})
        .finally(() => {
          looking = false
          lookedAt = performance.now()
        })
    },
  }
}
