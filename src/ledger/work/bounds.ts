/**
 * Since when something has been due at each step, as far as this process knows. While somebody's transaction is open for
 * long, the index keeps an entry of everything that has left the queue since, and each claim would walk over all of
 * them: 87 ms for ten orders after 240,000. See sql/queries/due-bounds.sql for what a bound may be.
 */
import { PRIORITIES, type Priority, type Step } from '../../domain/notification.ts'
import { query, type Runner } from '../postgres/query.ts'

export const dueBounds = query(
  'due-bounds',
  { organization_id: 'text' },
  { step: 'ledger.step', priority: 'ledger.priority', since: 'timestamptz' },
)

/** For statements that look at the classes of a step, as columns. */
export interface Classes {
  priority: readonly Priority[]
  since: Date[]
}

export interface Bounds {
  /** The classes in this order, each with its bound. Asks the ledger anew at times. */
  of(step: Step, order?: readonly Priority[]): Promise<Classes>
}

export interface BoundsOptions {
  runner: Runner
  organizationId: string
  /** Milliseconds that only go forward. */
  now?: () => number
}

/** A bound that is wrong holds an order up for so long at most. */
const REFRESH_MS = 30_000
/** What the ledger was not asked for yet. */
const EVER = new Date(0)

export function createBounds({ runner, organizationId, now = () => performance.now() }: BoundsOptions): Bounds {
  let known = new Map<string, Date>()
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined

  async function refresh(): Promise<void> {
    const startedAt = now()
    const rows = await dueBounds(runner, { organization_id: organizationId })
    known = new Map(rows.map((row) => [`${row.step} ${row.priority}`, row.since]))
    askedAt = startedAt
  }

  return {
    async of(step, order = PRIORITIES) {
      if (now() - askedAt >= REFRESH_MS) {
        asking ??= refresh().finally(() => {
          asking = undefined
        })
        await asking
      }
      return { priority: order, since: order.map((priority) => known.get(`${step} ${priority}`) ?? EVER) }
    },
  }
}
