/** The pools of a process, each for statements of one kind: none waits for a connection that the others use up. */
import { LOOKS_UP_BY_KEY, ONE_PLAN, openPool, type Pool } from '../ledger/postgres/pool.ts'

export interface Pools {
  /** The recorder's. */
  ingest: Pool
  /** The statements of the queue and nothing else: its planner settings would be bad for any other. */
  queue: Pool
  /** Health, metrics and what people ask, upkeep, notices. */
  people: Pool
  end(): Promise<void>
}

export function openPools(url: string, onError: (error: Error) => void): Pools {
  const ingest = openPool({
    url,
    connections: 3,
    name: 'soapstone recorder',
    connectMs: 2_000,
    // The recorder has its own, shorter deadline for each statement; this is for those that it gave up.
    statementMs: 40_000,
    settings: ONE_PLAN,
    onError,
  })
  const queue = openPool({ url, connections: 8, name: 'soapstone queue', settings: LOOKS_UP_BY_KEY, onError })
  const people = openPool({ url, connections: 3, name: 'soapstone people', onError })
  return {
    ingest,
    queue,
    people,
    async end() {
      await Promise.all([ingest.end(), queue.end(), people.end()])
    },
  }
}
