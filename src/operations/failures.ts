/** Dead letters by what they died of: what it means, what helps, and one to look at. */
import { meaningOf, remedyOf } from '../domain/codes.ts'
import type { Filter } from './filter.ts'
import { readFilter } from './filter.ts'
import type { ListPort } from './list.ts'
import type { Notification } from './notification.ts'
import { NEWEST_FIRST } from './sort.ts'

export interface Failures {
  code: string
  count: number
  meaning: string | undefined
  remedy: string | undefined
  /** When the first and the last of them died. */
  firstAt: Date
  lastAt: Date
  /** The newest. */
  example: Notification | undefined
}

export interface FailuresPort extends ListPort {
  failures(organizationId: string | undefined): Promise<{ code: string; count: number; firstAt: Date; lastAt: Date }[]>
}

/** The most frequent first. */
export async function readFailures(ledger: FailuresPort, organizationId: string | undefined): Promise<Failures[]> {
  const groups = await ledger.failures(organizationId)
  const all: Filter = { ...readFilter({}, new Date(0)), organization: organizationId, state: 'dead' }
  return Promise.all(
    groups.map(async (group) => {
      const [newest] = await ledger.list(
        { ...all, code: group.code },
        { most: 1, sort: NEWEST_FIRST, before: undefined },
      )
      return { ...group, meaning: meaningOf(group.code), remedy: remedyOf(group.code), example: newest?.notification }
    }),
  )
}
