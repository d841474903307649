/**
 * Since when something has been due at each step, as far as this process knows. While somebody's transaction is open for
 * long, the index keeps an entry of everything that has left the queue since, and each claim would walk over all of
 * them: 87 ms for ten orders after 240,000. See sql/queries/due-bounds.sql for what a bound may be.
 */
import { PRIORITIES, type Priority, STEPS, type Step } from '../../domain/notification.ts'
import { query, type Runner } from '../postgres/query.ts'

export const dueBounds = query(
  'due-bounds',
  { organization_id: 'text', step: 'ledger.step[]', priority: 'ledger.priority[]', since: 'timestamptz[]' },
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

/** The bounds follow the clock: this much a claim may have to walk over, besides what the statement says. */
const FOLLOW_MS = 5_000
/** Then all is looked at, however long ago it was due: a bound that is wrong holds an order up for so long at most. */
const LOOK_AT_ALL_MS = 30_000
/** What the ledger was not asked for yet. */
const EVER = new Date(0)

export function createBounds({ runner, organizationId, now = () => performance.now() }: BoundsOptions): Bounds {
  let known = new Map<string, Date>()
  let askedAt = Number.NEGATIVE_INFINITY
  let askedForAllAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined

  const boundOf = (step: string, priority: string) => known.get(`${step} ${priority}`) ?? EVER

  async function refresh(): Promise<void> {
    const startedAt = now()
    const all = startedAt - askedForAllAt >= LOOK_AT_ALL_MS
    const classes = STEPS.flatMap((step) => PRIORITIES.map((priority) => ({ step, priority })))
    const rows = await dueBounds(runner, {
      organization_id: organizationId,
      step: classes.map(({ step }) => step),
      priority: classes.map(({ priority }) => priority),
      since: classes.map(({ step, priority }) => (all ? EVER : boundOf(step, priority))),
    })
    known = new Map(rows.map((row) => [`${row.step} ${row.priority}`, row.since]))
    askedAt = startedAt
    if (all) askedForAllAt = startedAt
  }

  return {
    async of(step, order = PRIORITIES) {
      if (now() - askedAt >= FOLLOW_MS) {
        asking ??= refresh().finally(() => {
          asking = undefined
        })
        await asking
      }
      return { priority: order, since: order.map((priority) => boundOf(step, priority)) }
    },
  }
}
