import { hasSqlState } from './pool.ts'

const MOST_TRIES = 4

/**
 * Runs it again where Postgres has ended it to break a deadlock: nothing of it was done. Statements lock rows in one order,
 * so that they meet none; but a plan may be another than it should, as where a pooler lets no planner settings pass.
 */
export async function afterDeadlock<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run()
    } catch (error) {
      if (!hasSqlState(error, '40P01') || tries === MOST_TRIES) throw error
    }
  }
}
