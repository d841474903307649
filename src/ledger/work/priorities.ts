/** In which order the classes of work are served. */
import { PRIORITIES, type Priority } from '../../domain/notification.ts'

const [CRITICAL, NORMAL, BATCH] = PRIORITIES
const FIRST = {
  critical: [CRITICAL, NORMAL, BATCH],
  normal: [NORMAL, CRITICAL, BATCH],
  batch: [BATCH, CRITICAL, NORMAL],
} as const
/** Of ten claims seven ask for what is critical first, two for what is normal, one for batches: none starves. */
const TURNS: readonly Priority[] = [
  ...[CRITICAL, CRITICAL, NORMAL, CRITICAL, CRITICAL],
  ...[BATCH, CRITICAL, CRITICAL, NORMAL, CRITICAL],
]

/** Returns the order of the classes for the next claim; what the first doesn't fill is the second's. */
export function createPriorities(): () => readonly Priority[] {
  let turn = 0
  return () => {
    const first = TURNS[turn % TURNS.length] ?? NORMAL
    turn += 1
    return FIRST[first]
  }
}
