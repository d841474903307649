/** The events of one response, read, and put together into what is committed at once. */
import type { Notification } from '../../domain/notification.ts'
import { readChangeEvent } from './change-event.ts'
import { readPlatformEvent } from './platform-event.ts'
import type { Batch, Undecodable } from './ports.ts'
import type { WireEvent } from './pubsub/wire.ts'
import type { EventRead } from './read-event.ts'
import type { Schemas } from './schemas.ts'
import type { Topic } from './topic.ts'

export interface ReadWireEvent {
  event: WireEvent
  /** What it says, or why nobody can read it. */
  read: EventRead | { reason: string }
}

/** All schemas first: so events stay in their order, and none is decoded while another waits. */
export async function readEvents(events: WireEvent[], topic: Topic, schemas: Schemas): Promise<ReadWireEvent[]> {
  const ids = [...new Set(events.map(({ schemaId }) => schemaId))]
  const readers = new Map<string, Awaited<ReturnType<Schemas['get']>>>()
  for (const id of ids) readers.set(id, await schemas.get(id))
  return events.map((event) => {
    const reader = readers.get(event.schemaId)
    if (reader === undefined || 'unknown' in reader) return { event, read: { reason: reader?.unknown ?? 'no schema' } }
    try {
      const values = reader(event.payload)
      return {
        event,
        read: 'ChangeEventHeader' in values ? readChangeEvent(values) : readPlatformEvent(event, values, topic),
      }
    } catch (error) {
      return { event, read: { reason: error instanceof Error ? error.message : String(error) } }
    }
  })
}

export interface BatchOptions {
  organizationId: string
  topic: Topic
  /** When an event happened that does not say it: not later than now. */
  now: Date
}

export function toBatch(all: ReadWireEvent[], { organizationId, topic, now }: BatchOptions): Batch {
  const reads = all.flatMap(({ read }) => ('reason' in read ? [] : [read]))
  const undecodable = all.flatMap(({ event, read }) => ('reason' in read ? [toUndecodable(event, read.reason)] : []))
  const notifications = reads.flatMap((read) => read.notifications)
  const at = reads.flatMap((read) => read.at ?? [])
  const replayId = all.findLast(({ event }) => event.replayId.length > 0)?.event.replayId
  // Whatever an event said that nobody can read, the orders that were changed about then are looked at.
  const sweeps = [
    ...reads.flatMap((read) => read.sweepSince ?? []),
    ...(undecodable.length > 0 ? [earliest([...at, now])] : []),
  ]
  return {
    ...(notifications.length > 0 && { message: toMessage(notifications, organizationId, topic) }),
    ...(replayId !== undefined && { replayId }),
    ...(at.length > 0 && { lastEventAt: latest(at) }),
    ...(sweeps.length > 0 && { sweepSince: earliest(sweeps) }),
    undecodable,
    own: reads.filter(({ passed }) => passed === 'own').length,
    other: reads.filter(({ passed }) => passed === 'other').length,
  }
}

function toMessage(notifications: Notification[], organizationId: string, { name, source }: Topic) {
  return { organizationId, source, actionId: name, notifications }
}

function toUndecodable({ id, schemaId, payload, replayId }: WireEvent, reason: string): Undecodable {
  return { replayId, eventId: id, schemaId, payload, reason: reason.slice(0, 500) }
}

function earliest(dates: Date[]): Date {
  return new Date(Math.min(...dates.map((date) => date.getTime())))
}

function latest(dates: Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())))
}
