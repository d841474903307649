/** What is broken, one at a time. A change that finds its place no more is a finding, too. */
import { ACCESS } from './access.ts'
import type { Change } from './change.ts'
import { DOORS } from './doors.ts'
import { EVENTS } from './events.ts'
import { LEDGER } from './ledger.ts'
import { NOTICES } from './notices.ts'
import { ORDERS } from './orders.ts'
import { PIPELINE } from './pipeline.ts'
import { RETIREMENT } from './retirement.ts'
import { SYSTEMS } from './systems.ts'
import { WATCH } from './watch.ts'

export interface Mutation {
  name: string
  change: Change
  /** Must be noticed by one of these, named by the end of their path. Absent: by any test that covers the place. */
  by?: readonly string[]
}

export const MUTATIONS: Mutation[] = [
  ...DOORS,
  ...ORDERS,
  ...ACCESS,
  ...LEDGER,
  ...RETIREMENT,
  ...PIPELINE,
  ...SYSTEMS,
  ...NOTICES,
  ...WATCH,
  ...EVENTS,
]
