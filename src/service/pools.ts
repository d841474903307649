/** The pools of a process, each for statements of one kind: none waits for a connection that the others use up. */
import { createHistory, type History } from '../ledger/postgres/history.ts'
import { LOOKS_UP_BY_KEY, ONE_PLAN, openPool, type Pool } from '../ledger/postgres/pool.ts'
import type { Runner } from '../ledger/postgres/query.ts'

export interface Pools {
  /** The recorder's. */
  ingest: Pool
  /** The statements of the queue and nothing else: its planner settings would be bad for any other. */
  queue: Runner
  /** What people ask, upkeep, announcements. */
  people: Pool
  /** Quick actions, and how orders stand: callers who wait, and portals that ask again and again, cost no one else. */
  orders: Pool
  /** Deliveries to webhooks: the statements of a queue. */
  notices: Pool
  /** Metrics and the pauses that health shows: whoever asks too often has himself to wait for. */
  watch: Pool
  /** Whether anything can be stored. One place: of the commits that ask it there is never more than one. */
  probe: Pool
  history: History
  /** How many connections of each are open, and in use. */
  use(): { pool: string; open: number; busy: number; most: number }[]
  end(): Promise<void>
}

/**
 * What work begins with, and what keeps it. When the server has vanished these find it out soon, and lose nothing. A
 * report is worth more patience: what it tells has happened.
 */
const SOON = ['claim', 'renew', 'backlog', 'read-before', 'current-pause']

export function openPools(url: string, onError: (error: Error) => void): Pools {
  const history = createHistory()
  const ingest = openPool({
    url,
    history,
    connections: 3,
    kept: 1,
    name: 'soapstone recorder',
    connectMs: 2_000,
    // The recorder has its own, shorter deadline for each statement; this is for those that it gave up.
    statementMs: 40_000,
    settings: ONE_PLAN,
    onError,
  })
  const byKey = { url, history, name: 'soapstone queue', settings: LOOKS_UP_BY_KEY, onError }
  const claims = openPool({ ...byKey, connections: 2, statementMs: 4_000 })
  const reports = openPool({ ...byKey, connections: 6 })
  const notices = openPool({ ...byKey, connections: 2, name: 'soapstone notices' })
  const people = openPool({ url, history, connections: 2, name: 'soapstone people', onError })
  const orders = openPool({
    ...{ url, history, connections: 3, name: 'soapstone orders', settings: LOOKS_UP_BY_KEY, onError },
    connectMs: 2_000,
    statementMs: 4_000,
  })
  const own = { url, history, connectMs: 500, onError }
  const watch = openPool({ ...own, connections: 2, name: 'soapstone watch', statementMs: 5_000 })
  const probe = openPool({
    ...own,
    connections: 1,
    kept: 1,
    name: 'soapstone probe',
    connectMs: 2_000,
    statementMs: 1_500,
  })
  const all = { recorder: ingest, claims, reports, people, orders, notices, watch, probe }
  return {
    ingest,
    queue: { query: (asked) => (SOON.includes(asked.name ?? '') ? claims : reports).query(asked) },
    people,
    orders,
    notices,
    watch,
    probe,
    history,
    use: () => Object.entries(all).map(([pool, { open, busy, most }]) => ({ pool, open, busy, most })),
    async end() {
      await Promise.all(Object.values(all).map((pool) => pool.end()))
    },
  }
}
