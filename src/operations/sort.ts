/** In which order a list is given. Only orders that an index of the ledger carries, together with the filters. */
import type { Filter } from './filter.ts'
import { Refusal } from './refusal.ts'

/** By a time of the notification; with `-` before its name from the latest on. */
export const SORTS = [
  '-receivedAt',
  'receivedAt',
  'nextAttemptAt',
  '-nextAttemptAt',
  '-finalizedAt',
  'finalizedAt',
] as const
export type Sort = (typeof SORTS)[number]
export type SortTime = 'receivedAt' | 'nextAttemptAt' | 'finalizedAt'

export const NEWEST_FIRST = '-receivedAt' satisfies Sort

type Name = keyof Filter

/** What an order by another time than that of arrival needs, and the filters that go with it. */
const CARRIED: Record<Exclude<SortTime, 'receivedAt'>, Record<string, readonly Name[]>> = {
  nextAttemptAt: {
    pending: ['step', 'code', 'priority', 'organization', 'since', 'until'],
    working: ['step', 'code', 'priority', 'organization', 'since', 'until'],
  },
  finalizedAt: {
    completed: ['organization', 'since'],
    dead: ['step', 'code', 'organization', 'since'],
  },
}

/** The time that matters most of what is in that state, besides its arrival. */
export function timeOfState(state: string | undefined): SortTime | undefined {
  return (['nextAttemptAt', 'finalizedAt'] as const).find((time) => CARRIED[time][state ?? ''] !== undefined)
}

/** The times that a list with this filter can be in order of. */
export function sortTimes(filter: Filter): SortTime[] {
  return (['receivedAt', 'nextAttemptAt', 'finalizedAt'] as const).filter(
    (time) => time === 'receivedAt' || isCarried(time, filter),
  )
}

/** Throws a Refusal where it is none, or none that goes with the filter. Absent: the newest first. */
export function readSort(text: string | undefined, filter: Filter): Sort {
  if (text === undefined) return NEWEST_FIRST
  const sort = SORTS.find((one) => one === text)
  if (sort === undefined) throw new Refusal('invalid', `sort: '${text}' is none of ${SORTS.join(', ')}`)
  const time = timeOf(sort)
  if (time === 'receivedAt' || isCarried(time, filter)) return sort
  const ways = Object.entries(CARRIED[time]).map(([state, names]) => `state ${state} (and ${names.join(', ')})`)
  throw new Refusal('invalid', `sort: ${sort} goes with ${ways.join(' or ')}, and with no other filter`)
}

export function timeOf(sort: Sort): SortTime {
  switch (sort) {
    case '-receivedAt':
    case 'receivedAt':
      return 'receivedAt'
    case 'nextAttemptAt':
    case '-nextAttemptAt':
      return 'nextAttemptAt'
    case '-finalizedAt':
    case 'finalizedAt':
      return 'finalizedAt'
  }
}

function isCarried(time: Exclude<SortTime, 'receivedAt'>, filter: Filter): boolean {
  const names = CARRIED[time][filter.state ?? '']
  if (names === undefined) return false
  return Object.entries(filter).every(
    ([name, value]) => value === undefined || name === 'state' || names.some((one) => one === name),
  )
}
