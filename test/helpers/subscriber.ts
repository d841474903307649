/** A subscriber on a ledger and a Pub/Sub API of its own, with waits short enough for tests. */
import type { Test } from 'tap'
import type { Salesforce } from '../../src/doors/platform-events/ports.ts'
import { type ConnectOptions, createConnect } from '../../src/doors/platform-events/pubsub/client.ts'
import { createSubscriber, type SubscriberOptions } from '../../src/doors/platform-events/subscriber.ts'
import type { Times } from '../../src/doors/platform-events/times.ts'
import { toTopic } from '../../src/doors/platform-events/topic.ts'
import { createSubscriptions } from '../../src/ledger/events/subscriptions.ts'
import { type PubSub, type PubSubOptions, startPubSub } from '../simulators/pubsub.ts'
import { STATUS_CHANGED } from './events.ts'
import { type Bench, createBench } from './ledger.ts'
import { type KeptLog, keepLog } from './log.ts'
import { ORGANIZATION } from './messages.ts'
import { until } from './until.ts'

/** Long where a test is not about it. */
const TIMES: Times = {
  ...{ connect: 10_000, silence: 60_000, idlePosition: 0, takeEvery: 25, lease: 60_000, retryFirst: 10, retryMost: 50 },
  ...{ pause: 50, slowDown: 50, sweepAgain: 20, deliveriesEvery: 60_000, longestWithoutCredit: 60_000, roomEvery: 20 },
}

export interface EventBench extends Bench {
  pubsub: PubSub
  log: KeptLog
  /** Since when sweeps were asked for. */
  sweeps: Date[]
  /** What was counted, as `kind topic` or `code topic`. */
  counted: string[]
  subscriptions(worker?: string, leaseMs?: number): ReturnType<typeof createSubscriptions>
  /** Started. It stops with the test, if it has not before. */
  subscribe(given?: Given): { stop(): Promise<void> }
  /** The subscription as the ledger has it. */
  row(topic?: string): Promise<Record<string, unknown>>
  /** Resolves when that many notifications are recorded; their records in the order of arrival. */
  recorded(count: number): Promise<unknown[]>
}

export type Given = Partial<Omit<SubscriberOptions, 'times' | 'topic' | 'connect'>> & {
  times?: Partial<Times>
  topic?: string
  worker?: string
  connect?: Partial<ConnectOptions>
}

export async function createEventBench(t: Test, options: PubSubOptions = {}): Promise<EventBench> {
  const bench = await createBench(t)
  const pubsub = await startPubSub(options)
  t.teardown(() => pubsub.close())
  pubsub.bus.topic(STATUS_CHANGED)
  const log = keepLog()
  const sweeps: Date[] = []
  const counted: string[] = []
  const subscriptions = (worker = 'one', leaseMs = TIMES.lease) =>
    createSubscriptions({ pool: bench.pool, organizationId: ORGANIZATION, worker, leaseMs, onRecorded: () => {} })
  const salesforce: Salesforce = { withToken: (work) => work('token'), deliveries: async () => undefined }
  const endpoint = { host: '127.0.0.1', port: pubsub.port, tls: options.tls !== undefined }

  return {
    ...bench,
    pubsub,
    log,
    sweeps,
    counted,
    subscriptions,
    subscribe({ times, topic = STATUS_CHANGED, worker, connect, ...given } = {}) {
      const all = { ...TIMES, ...times }
      const subscriber = createSubscriber({
        topic: toTopic({ name: topic }),
        access: { instanceUrl: 'https://acme.my.salesforce.com', organizationId: ORGANIZATION },
        firstStart: 'latest',
        connect: createConnect({ endpoint, ...connect }),
        salesforce,
        subscriptions: { ...subscriptions(worker, all.lease), backlog: async () => 0 },
        async sweep(since) {
          sweeps.push(since)
          return 0
        },
        meter: {
          events: ({ kind, count }) => void counted.push(...Array<string>(count).fill(kind)),
          delay: () => {},
          positionLost: () => void counted.push('lost'),
          interrupted: (_topic, code) => void counted.push(code),
        },
        log,
        times: all,
        now: () => performance.now(),
        random: () => 0.5,
        ...given,
      })
      subscriber.start()
      let stopped: Promise<void> | undefined
      const stop = () => {
        stopped ??= subscriber.stop()
        return stopped
      }
      t.teardown(stop)
      return { stop }
    },
    async row(topic = STATUS_CHANGED) {
      const [row] = await bench.rows('select * from ledger.subscription where topic = $1', [topic])
      return row ?? {}
    },
    recorded: (count) =>
      until(async () => {
        const rows = await bench.rows('select record_id from ledger.notification order by message_id, received_at')
        return rows.length >= count && rows.map((row) => row.record_id)
      }, `${count} notifications`),
  }
}

/** Resolves with the one stream that is open. */
export function openStreamOf(pubsub: PubSub) {
  return until(() => {
    const [stream] = pubsub.streams
    return stream?.pending ? stream : undefined
  }, 'a stream with credit')
}
