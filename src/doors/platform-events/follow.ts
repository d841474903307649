/**
 * One stream, from the connection to its end: receive, decode, commit rows and position together, and only then let more
 * come. So a crash at any moment repeats events, and loses none.
 */
import { Failure } from '../../domain/failure.ts'
import { inTime, TooLate } from '../../runtime/in-time.ts'
import { restUntil } from '../../runtime/rest.ts'
import { readEvents } from './batch.ts'
import type { Keeper } from './keep.ts'
import type { Subscriptions } from './ports.ts'
import type { PubSub, Stream } from './pubsub/client.ts'
import type { FetchResponse, Start } from './pubsub/wire.ts'
import type { Schemas } from './schemas.ts'
import type { Times } from './times.ts'
import type { Topic } from './topic.ts'

export interface FollowOptions {
  pubsub: PubSub
  topic: Topic
  /** Asked when the stream is about to be opened. */
  start: () => Promise<Start>
  schemas: Schemas
  keeper: Keeper
  subscriptions: Pick<Subscriptions, 'backlog'>
  /** The first response is here: all is well. */
  onAlive: () => void
  times: Times
  now: () => number
  signal: AbortSignal
}

/** As many as Salesforce lets be open. */
const MOST_CREDIT = 100
/** Orders that wait to be worked on, from which no more events are let in. */
const MOST_WAITING = 10_000

/** Resolves when Salesforce ends the stream with good words; rejects when it ends in any other way. */
export async function follow(options: FollowOptions): Promise<void> {
  const { pubsub, topic, times, signal } = options
  const { canSubscribe } = await inTime(pubsub.topic(topic.name, times.connect), { ms: times.connect + 1_000, signal })
  if (!canSubscribe) throw new Failure('EVENTS_FORBIDDEN', { record: topic.name })
  const credit = await creditFor(options)
  signal.throwIfAborted()
  const stream = pubsub.subscribe(topic.name, await options.start(), credit)
  try {
    await readAll(stream, options)
  } finally {
    stream.cancel()
  }
}

async function readAll(stream: Stream, options: FollowOptions): Promise<void> {
  const { topic, schemas, keeper, onAlive, now, signal } = options
  let keptAt = Number.NEGATIVE_INFINITY
  for (;;) {
    const response = await next(stream, options)
    if (response === undefined) return
    onAlive()
    if (response.events.length > 0) {
      await keeper.keep(await readEvents(response.events, topic, schemas))
      keptAt = now()
    } else if (response.latestReplayId !== undefined && now() - keptAt >= options.times.idlePosition) {
      await keeper.keepPosition(response.latestReplayId)
      keptAt = now()
    }
    const credit = await creditFor(options)
    signal.throwIfAborted()
    if (credit > response.pending) stream.ask(credit - response.pending)
  }
}

async function next(stream: Stream, { topic, times, signal }: FollowOptions): Promise<FetchResponse | undefined> {
  try {
    return await inTime(stream.next(), { ms: times.silence, signal })
  } catch (error) {
    if (!(error instanceof TooLate)) throw error
    throw new Failure('EVENTS_SILENT', { record: topic.name, detail: `said nothing for ${times.silence / 1_000} s` })
  }
}

/** What the ledger can take. Where it has no room for long, one event at a time keeps the stream open. */
async function creditFor({ subscriptions, times, now, signal }: FollowOptions): Promise<number> {
  const beganAt = now()
  for (;;) {
    const room = MOST_WAITING - (await subscriptions.backlog(MOST_WAITING))
    if (room > 0) return Math.min(room, MOST_CREDIT)
    if (now() - beganAt >= times.longestWithoutCredit || signal.aborted) return 1
    await restUntil(times.roomEvery, signal)
  }
}
