/** What is broken, one at a time, and which tests should notice. A text that no longer matches is a finding, too. */
import { INGRESS } from './ingress.ts'
import { LEDGER } from './ledger.ts'
import { PIPELINE } from './pipeline.ts'
import { RETIREMENT } from './retirement.ts'

export interface Mutation {
  name: string
  file: string
  /** Stands there exactly once. */
  find: string
  replace: string
  /** Run in this order, until one notices. */
  tests: string[]
}

export const MUTATIONS: Mutation[] = [...INGRESS, ...LEDGER, ...PIPELINE, ...RETIREMENT]
