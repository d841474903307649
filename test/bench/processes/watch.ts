/** Looks at the sessions of a database while others work: how many of them wait, and for what. */
import pg from 'pg'

export interface Watch {
  /** Ends it; what was seen. */
  stop(): Promise<Record<string, number>>
}

const EVERY_MS = 20

/** Of the sessions that run a statement now. */
const LOOK = `
  select count(*)::integer as running, count(*) filter (where wait_event_type = 'Lock')::integer as waiting
  from pg_stat_activity
  where datname = current_database() and backend_type = 'client backend' and state = 'active' and pid <> pg_backend_pid()`

/** A statement that failed is a transaction that was rolled back: here claims that met, which then claim again. */
const COUNTS = `select deadlocks::integer, xact_rollback::integer as failed from pg_stat_database where datname = current_database()`

export async function watch(url: string): Promise<Watch> {
  const client = new pg.Client({ connectionString: url, application_name: 'soapstone bench watch' })
  await client.connect()
  let [looks, running, waiting, most] = [0, 0, 0, 0]
  let stopped = false
  const loop = async () => {
    while (!stopped) {
      const { rows } = await client.query<{ running: number; waiting: number }>(LOOK)
      looks += 1
      running += rows[0]?.running ?? 0
      waiting += rows[0]?.waiting ?? 0
      most = Math.max(most, rows[0]?.waiting ?? 0)
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    }
  }
  const seen = loop()
  return {
    async stop() {
      stopped = true
      await seen
      const { rows } = await client.query<{ deadlocks: number; failed: number }>(COUNTS)
      await client.end()
      return {
        'running statements': running / looks,
        'of these behind a lock': waiting / looks,
        'at most': most,
        deadlocks: rows[0]?.deadlocks ?? 0,
        'failed statements': rows[0]?.failed ?? 0,
      }
    },
  }
}
