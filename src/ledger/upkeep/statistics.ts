/**
 * Keeps the planner's picture of a young ledger true. A connection keeps its plans; one that was made while the tables
 * were empty looks a row up by whichever index comes first, for all are equal there. Autovacuum mends that about a
 * minute after the rows have come: a claim among 20,000 took two seconds until then.
 */

import { query, type Runner } from '../postgres/query.ts'

export const outgrown = query('outgrown', {}, { outgrown: 'boolean' })
export const analyze = query('analyze', {}, { analyzed: 'boolean' })

export interface Statistics {
  /** Analyses the ledger where it has outgrown what the planner knows. True when it did. */
  refresh(): Promise<boolean>
}

export function createStatistics(runner: Runner): Statistics {
  return {
    async refresh() {
      const [row] = await outgrown(runner, {})
      if (row?.outgrown) await analyze(runner, {})
      return row?.outgrown === true
    },
  }
}
