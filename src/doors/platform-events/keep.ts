/** Keeps what a response brought: rows and position in one transaction, and what follows from them. */
import { Failure } from '../../domain/failure.ts'
import type { Log } from '../../runtime/log.ts'
import { type BatchOptions, type ReadWireEvent, toBatch } from './batch.ts'
import type { Batch, Held, Meter, Subscriptions } from './ports.ts'
import type { Sweeper } from './sweeper.ts'
import type { Topic } from './topic.ts'

export interface Keeper {
  keep(events: ReadWireEvent[]): Promise<void>
  keepPosition(replayId: Buffer): Promise<void>
}

export interface KeeperOptions {
  held: Held
  topic: Topic
  organizationId: string
  subscriptions: Pick<Subscriptions, 'commit'>
  sweeper: Pick<Sweeper, 'owe'>
  meter: Meter
  /** Names those that nobody can read: not all of them, where there are many. */
  log: Log
}

export function createKeeper({
  held,
  topic,
  organizationId,
  subscriptions,
  sweeper,
  meter,
  log,
}: KeeperOptions): Keeper {
  /** Undefined: it is done. Else why the ledger refuses the rows, and would again. Throws where the lease is lost. */
  async function commit(batch: Batch): Promise<string | undefined> {
    const committed = await subscriptions.commit(held, batch)
    if (committed === 'lost') throw new Failure('LEDGER_AWAY', { record: topic.name, detail: 'the lease was lost' })
    if ('refused' in committed) return committed.refused
    if (batch.replayId !== undefined) held.replayId = batch.replayId
    held.lastEventAt = batch.lastEventAt ?? held.lastEventAt
    if (batch.sweepSince !== undefined) sweeper.owe(batch.sweepSince)
    tell(batch, committed.recorded)
    return undefined
  }

  /** Throws when even the bytes of an event can't be kept. */
  async function commitOne({ event, read }: ReadWireEvent, options: BatchOptions): Promise<void> {
    const refused = await commit(toBatch([{ event, read }], options))
    if (refused === undefined) return
    const still = await commit(toBatch([{ event, read: { reason: refused } }], options))
    if (still !== undefined) throw new Failure('INTERNAL', { record: topic.name, detail: still })
  }

  function tell({ message, own, other, undecodable, lastEventAt }: Batch, recorded: number): void {
    const duplicates = (message?.notifications.length ?? 0) - recorded
    const counts = { recorded, duplicate: duplicates, own, other, undecodable: undecodable.length }
    for (const kind of ['recorded', 'duplicate', 'own', 'other', 'undecodable'] as const) {
      if (counts[kind] > 0) meter.events({ topic: topic.name, kind, count: counts[kind] })
    }
    if (lastEventAt !== undefined) meter.delay(Math.max(0, (Date.now() - lastEventAt.getTime()) / 1_000))
    for (const { replayId, schemaId, reason } of undecodable) {
      log.warn({ topic: topic.name, replayId: replayId.toString('hex'), schemaId, reason }, 'events.undecodable')
    }
  }

  return {
    async keep(events) {
      const options = { organizationId, topic, now: new Date() }
      const refused = await commit(toBatch(events, options))
      // What the ledger can't hold must not keep out what came beside it.
      if (refused !== undefined) for (const event of events) await commitOne(event, options)
    },
    async keepPosition(replayId) {
      await commit({ replayId, undecodable: [], own: 0, other: 0 })
    },
  }
}
