/**
 * Subscriptions to streams of events. A subscription is one process's, by a lease; its number guards every statement. What
 * came and how far the stream is are one transaction.
 */
import { Failure } from '../../domain/failure.ts'
import type { Message } from '../../domain/notification.ts'
import { afterDeadlock } from '../postgres/deadlock.ts'
import { type Pool, transaction } from '../postgres/pool.ts'
import type { Runner } from '../postgres/query.ts'
import { storable } from '../postgres/storable.ts'
import { encodeFields } from '../record/jsonb.ts'
import { reopenKnown } from '../record/reopen.ts'
import { recordGroup } from '../record/statement.ts'
import * as statements from './statements.ts'

/** A topic, and the number of the lease under which this process has it. */
interface Held {
  topic: string
  leaseNo: number
}

export interface Batch {
  message?: Message
  replayId?: Buffer
  lastEventAt?: Date
  sweepSince?: Date
  undecodable: { replayId: Buffer; eventId: string | undefined; schemaId: string; payload: Buffer; reason: string }[]
  own: number
  other: number
}

export interface SubscriptionsOptions {
  pool: Pool
  organizationId: string
  /** Name of this process in the ledger. */
  worker: string
  leaseMs: number
  /** Called after a commit that brought work. */
  onRecorded: () => void
}

export function createSubscriptions({ pool, organizationId, worker, leaseMs, onRecorded }: SubscriptionsOptions) {
  const lease = `${leaseMs} milliseconds`
  const of = ({ topic, leaseNo }: Held) => ({ organization_id: organizationId, topic, lease_no: leaseNo })

  /** Whether it was still ours. */
  const held = async (rows: Promise<unknown[]>) => (await orAway(rows)).length > 0

  async function store(runner: Runner, message: Message): Promise<number> {
    const fields = await encodeFields(message.notifications.map((one) => one.fields))
    const rows = await recordGroup(runner, [message], fields)
    await reopenKnown(runner, [message], rows)
    return rows[0]?.recorded ?? 0
  }

  return {
    async take(topic: string) {
      const asked = { organization_id: organizationId, topic, worker, lease }
      const [row] = await orAway(statements.take(pool, asked))
      if (row === undefined) return undefined
      return {
        topic,
        leaseNo: row.lease_no,
        replayId: row.replay_id,
        subscribedAt: row.subscribed_at,
        lostAt: row.lost_at,
        lastEventAt: row.last_event_at,
        sweepSince: row.sweep_since,
      }
    },
    renew: (mine: Held) => held(statements.renew(pool, { ...of(mine), lease })),
    async release(mine: Held) {
      await orAway(statements.release(pool, of(mine)))
    },
    report: (mine: Held, { state, code, message }: { state: string; code?: string; message?: string }) =>
      held(statements.report(pool, { ...of(mine), state, code, message: message && storable(message) })),
    deliveries: (mine: Held, { remaining, max }: { remaining: number; max: number }) =>
      held(statements.saveDeliveries(pool, { ...of(mine), remaining, most: max })),
    losePosition: (mine: Held, since: Date) => held(statements.losePosition(pool, { ...of(mine), sweep_since: since })),
    swept: (mine: Held, since: Date) => held(statements.endOwedSweep(pool, { ...of(mine), sweep_since: since })),
    async commit(mine: Held, batch: Batch): Promise<{ recorded: number } | { refused: string } | 'lost'> {
      const { message, undecodable, replayId, lastEventAt, sweepSince, own, other } = batch
      const { topic } = mine
      const commit = () =>
        transaction(pool, async (runner) => {
          const moved = await statements.movePosition(runner, {
            ...of(mine),
            replay_id: replayId,
            last_event_at: lastEventAt,
            sweep_since: sweepSince,
            own,
            other,
            undecodable: undecodable.length,
          })
          if (moved.length === 0) return 'lost'
          if (undecodable.length > 0) {
            await statements.keepUndecodable(runner, {
              organization_id: organizationId,
              topic,
              replay_id: undecodable.map((event) => event.replayId),
              event_id: undecodable.map((event) => event.eventId),
              schema_id: undecodable.map((event) => event.schemaId),
              reason: undecodable.map(({ reason }) => storable(reason)),
              payload: undecodable.map(({ payload }) => payload),
            })
          }
          const recorded = message === undefined ? 0 : await store(runner, message)
          if (recorded > 0) await statements.countEvents(runner, { organization_id: organizationId, topic, recorded })
          return { recorded }
        })
      try {
        const done = await afterDeadlock(commit)
        if (message !== undefined) onRecorded()
        return done
      } catch (error) {
        if (!isAboutData(error)) throw away(error)
        return { refused: error.message }
      }
    },
  }
}

async function orAway<T>(answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown): Promise<never> => {
    throw away(error)
  })
}

function away(error: unknown): Failure {
  return new Failure('LEDGER_AWAY', { detail: error instanceof Error ? error.message : String(error), cause: error })
}

/** Anything else, a right that is missing or a table, is no event's fault. */
function isAboutData(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^(?:22|23|54)/.test(String(error.code))
}
