/**
 * The subscriber of one topic: one in the whole cluster, by a lease in the ledger. Two would cost twice the deliveries.
 * Where a stream ends, however it does, the next one goes on from the position that was committed.
 */
import { FAILURES } from '../../domain/codes.ts'
import type { Failure } from '../../domain/failure.ts'
import type { Log } from '../../runtime/log.ts'
import { restUntil } from '../../runtime/rest.ts'
import { createSampledLog } from '../../runtime/sampled.ts'
import { follow } from './follow.ts'
import { createKeeper } from './keep.ts'
import { keepLease } from './lease.ts'
import type { Held, Meter, Salesforce, Subscriptions, SweepSince } from './ports.ts'
import type { Access, Connect } from './pubsub/client.ts'
import { toEventsFailure } from './pubsub/errors.ts'
import type { Start } from './pubsub/wire.ts'
import { createSchemas } from './schemas.ts'
import { createSweeper, type Sweeper } from './sweeper.ts'
import { restAfter, type Times } from './times.ts'
import type { Topic } from './topic.ts'

export interface SubscriberOptions {
  topic: Topic
  access: Omit<Access, 'token'>
  /** Where a stream begins that has never begun before. */
  firstStart: 'latest' | 'earliest'
  connect: Connect
  salesforce: Salesforce
  subscriptions: Subscriptions
  sweep: SweepSince
  meter: Meter
  log: Log
  times: Times
  /** Milliseconds that only go forward. */
  now: () => number
  random: () => number
}

/** One stream of several. */
interface Attempt {
  sweeper: Sweeper
  signal: AbortSignal
  onAlive: () => void
  /** What the one before ended with. */
  before: Failure | undefined
}

export interface Subscriber {
  start(): void
  /** The rows in hand are committed, and the lease is given back. */
  stop(): Promise<void>
}

export function createSubscriber(options: SubscriberOptions): Subscriber {
  const { topic, subscriptions, log, times, now } = options
  const stopping = new AbortController()
  const schemas = createSchemas()
  const sampled = createSampledLog(log)
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const askedAt = now()
      const held = await subscriptions.take(topic.name).catch((error: unknown) => {
        sampled.warn({ topic: topic.name, err: error }, 'events.ledger_away')
      })
      if (held) await hold(held, askedAt)
      await restUntil(times.takeEvery, stopping.signal)
    }
  }

  async function hold(held: Held, since: number): Promise<void> {
    const lease = keepLease({ renew: () => subscriptions.renew(held), leaseMs: times.lease, now, since })
    const signal = AbortSignal.any([stopping.signal, lease.signal])
    const sweeper = createSweeper({
      topic: topic.name,
      sweep: options.sweep,
      done: (owed) => subscriptions.swept(held, owed),
      againMs: times.sweepAgain,
      signal,
      log,
    })
    try {
      if (held.sweepSince !== undefined) sweeper.owe(held.sweepSince)
      void watchDeliveries(held, signal)
      await subscribe(held, sweeper, signal)
    } finally {
      lease.end()
      await sweeper.ended()
      await subscriptions.release(held).catch((error: unknown) => log.warn({ err: error }, 'events.release_failed'))
    }
  }

  /** One stream after the other, until the signal aborts. */
  async function subscribe(held: Held, sweeper: Sweeper, signal: AbortSignal): Promise<void> {
    let before: Failure | undefined
    for (let failures = 1; !signal.aborted; failures++) {
      const onAlive = () => {
        failures = 0
      }
      const failure = await stream(held, { sweeper, signal, onAlive, before }).catch((error: unknown) =>
        toEventsFailure(error, topic.name),
      )
      if (signal.aborted) return
      before = failure
      if (failure?.code === 'EVENTS_POSITION_LOST') await losePosition(held, sweeper, failure)
      else if (failure) await tell(held, failure)
      else log.info({ topic: topic.name }, 'events.ended')
      const code = failure?.code ?? 'EVENTS_UNAVAILABLE'
      await restUntil(restAfter(code, Math.max(1, failures), times, options.random), signal)
    }
  }

  /** Undefined: Salesforce has ended it, and said that all is well. */
  async function stream(held: Held, { sweeper, signal, onAlive, before }: Attempt): Promise<undefined> {
    // Also tells whether the ledger is there: what came could not be kept. Why it is tried again stays to be read.
    const why = before && { code: before.code, message: before.message }
    if (!(await subscriptions.report(held, { state: 'connecting', ...why }))) return
    const keeper = createKeeper({
      ...options,
      held,
      organizationId: options.access.organizationId,
      sweeper,
      log: sampled,
    })
    await options.salesforce.withToken(async (token) => {
      const pubsub = await options
        .connect({ ...options.access, token }, times.connect)
        .catch((error: unknown): Promise<never> => {
          throw toEventsFailure(error, topic.name)
        })
      try {
        const start = () => startOf(held, sweeper)
        await follow({ ...options, pubsub, start, schemas: schemas(pubsub.schema), keeper, onAlive, signal })
      } catch (error) {
        throw toEventsFailure(error, topic.name)
      } finally {
        pubsub.close()
      }
    })
  }

  async function startOf(held: Held, sweeper: Sweeper): Promise<Start> {
    const start = begin(held)
    await subscriptions.report(held, { state: 'subscribed' })
    if (start.preset === 'LATEST' && held.subscribedAt !== undefined) {
      // It was open before, and nothing came that could be kept: what happened since is not in this stream.
      sweeper.owe(held.subscribedAt)
    }
    held.subscribedAt ??= new Date()
    log.info({ topic: topic.name, from: start.preset }, 'events.subscribed')
    return start
  }

  function begin({ replayId, lostAt }: Held): Start {
    if (replayId !== undefined) return { preset: 'CUSTOM', replayId }
    return { preset: lostAt === undefined && options.firstStart === 'latest' ? 'LATEST' : 'EARLIEST' }
  }

  /** Never to LATEST without a word: all that Salesforce still has, and a look at the orders changed since. */
  async function losePosition(held: Held, sweeper: Sweeper, failure: Failure): Promise<void> {
    const since = held.lastEventAt ?? held.subscribedAt ?? new Date()
    log.error(
      { topic: topic.name, code: failure.code, since: since.toISOString(), err: failure },
      'events.position_lost',
    )
    options.meter.positionLost(topic.name)
    if (!(await subscriptions.losePosition(held, since).catch(() => false))) return
    Object.assign(held, { replayId: undefined, lostAt: new Date() })
    sweeper.owe(since)
  }

  async function tell(held: Held, failure: Failure): Promise<void> {
    const { code, message } = failure
    options.meter.interrupted(topic.name, code)
    const state = stateAfter(failure)
    const facts = { topic: topic.name, code, err: failure }
    if (state === 'waiting') sampled.warn(facts, 'events.interrupted')
    else log.error(facts, `events.${state}`)
    await subscriptions.report(held, { state, code, message }).catch(() => false)
  }

  async function watchDeliveries(held: Held, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await options.salesforce
        .deliveries()
        .then((left) => left && subscriptions.deliveries(held, left))
        .catch((error: unknown) => {
          if (!signal.aborted) sampled.warn({ topic: topic.name, err: error }, 'events.deliveries_unknown')
        })
      await restUntil(times.deliveriesEvery, signal)
    }
  }

  return {
    start() {
      running = run()
    },
    async stop() {
      stopping.abort(new Error('the process stops'))
      await running
    },
  }
}

function stateAfter({ code }: Failure): 'waiting' | 'paused' | 'stopped' {
  if (code === 'EVENTS_FORBIDDEN' || code === 'EVENTS_TOPIC_UNKNOWN' || code === 'EVENTS_NOT_LICENSED') return 'stopped'
  return FAILURES[code].class === 'pause' ? 'paused' : 'waiting'
}
