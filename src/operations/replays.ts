/** Replay of all that fit a filter. Without a state dead letters are meant: a code alone would find what ended long ago. */
import type { Priority } from '../domain/notification.ts'
import { type Reasoned, readReasoned } from './act.ts'
import type { Filter } from './filter.ts'
import type { ListPort } from './list.ts'
import type { Notification } from './notification.ts'
import { NEWEST_FIRST } from './sort.ts'

const SAMPLE = 10

export interface ReplaysPort extends ListPort {
  count(filter: Filter): Promise<number>
  /** Returns the id of the task. */
  startReplay(request: Reasoned & { filter: Filter; priority: Priority }): Promise<string>
}

/** How many would be replayed, and the newest of them. */
export async function previewReplay(
  ledger: ReplaysPort,
  filter: Filter,
): Promise<{ count: number; sample: Notification[] }> {
  const narrowed = narrow(filter)
  const [count, found] = await Promise.all([
    ledger.count(narrowed),
    ledger.list(narrowed, { most: SAMPLE, sort: NEWEST_FIRST, before: undefined }),
  ])
  return { count, sample: found.map(({ notification }) => notification) }
}

/** Begins it, in the background. What is replayed waits its turn with that priority. */
export async function startReplay(
  ledger: ReplaysPort,
  { filter, priority = 'batch', ...reasoned }: Reasoned & { filter: Filter; priority?: Priority },
): Promise<{ id: string }> {
  return { id: await ledger.startReplay({ filter: narrow(filter), priority, ...readReasoned(reasoned) }) }
}

function narrow(filter: Filter): Filter {
  return { ...filter, state: filter.state ?? 'dead' }
}
