/** Keeps the planner's picture of a young ledger true: plans that were made while it was empty are bad ones. */
import type { Job } from '../../runtime/every.ts'

export interface Statistics {
  /** Analyses the ledger where it has outgrown what the planner knows. True when it did. */
  refresh(): Promise<boolean>
}

export function createAnalyse({ statistics, everyMs }: { statistics: Statistics; everyMs: number }): Job {
  return {
    name: 'analyse',
    everyMs,
    async turn() {
      await statistics.refresh()
      return undefined
    },
  }
}
