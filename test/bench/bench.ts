/** What a bench is: it is given how long and how often, and answers with tables. */
import type { BenchPostgres } from './postgres.ts'
import type { Table } from './table.ts'

export interface BenchOptions {
  /** How long each measurement lasts, where time decides. */
  seconds: number
  /** How often everything is measured; the order alternates. */
  rounds: number
  /** `smoke`: as little as shows that it runs. The figures mean nothing. */
  size: 'full' | 'smoke'
  /** How many rows a ledger is filled with, where that is the question; else each bench's own number. */
  rows?: number
  /** URL of a ledger that was filled before with so many rows. It is written to. */
  database?: string
  /** How long the soak lasts. */
  minutes?: number
  /** Only these of those that are held against each other. */
  contenders?: readonly string[]
  postgres: BenchPostgres
  /** What is being done now, for whoever waits. */
  say: (text: string) => void
}

export type Bench = (options: BenchOptions) => Promise<Table[]>

/** Every contender once a round, in alternating order, since machines have moods. */
export function* turns<T>(rounds: number, contenders: readonly T[]): Generator<{ round: number; contender: T }> {
  for (let round = 1; round <= rounds; round++) {
    for (const contender of round % 2 === 1 ? contenders : contenders.toReversed()) yield { round, contender }
  }
}
