/** The subscribers of an organisation in a process: one a topic. */
import type { Config } from '../config/read.ts'
import type { Door } from '../doors/door.ts'
import { createPlatformEvents } from '../doors/platform-events/door.ts'
import { createConnect } from '../doors/platform-events/pubsub/client.ts'
import { createSubscriber, type Subscriber } from '../doors/platform-events/subscriber.ts'
import { TIMES } from '../doors/platform-events/times.ts'
import { toTopic } from '../doors/platform-events/topic.ts'
import type { EventMetrics } from '../http/event-metrics.ts'
import { retireEvents } from '../ledger/events/standing.ts'
import { createSubscriptions } from '../ledger/events/subscriptions.ts'
import { ONE_PLAN, openPool, type Pool } from '../ledger/postgres/pool.ts'
import type { Recorder } from '../ledger/record/recorder.ts'
import { leaseTimes } from '../pipeline/stage/leases.ts'
import { every, type Running } from '../runtime/every.ts'
import type { Log } from '../runtime/log.ts'
import { proxyFor } from '../runtime/proxy.ts'
import type { AtWork } from './organization.ts'
import type { Pools } from './pools.ts'
import { createOrganizationSweep } from './sweep.ts'

export interface SubscribeOptions {
  topics: NonNullable<Config['PUBSUB_TOPICS']>
  config: Config
  /** Of the database, for connections of its own. */
  url: string
  organization: AtWork
  pools: Pools
  worker: string
  /** For what sweeps find. */
  recorder: Pick<Recorder, 'record'>
  /** Called after a commit that brought the organisation work. */
  onRecorded: (organizationId: string) => void
  onError: (error: Error) => void
  metrics: Pick<EventMetrics, 'of'>
  log: Log
}

export function subscribe(options: SubscribeOptions): Door {
  const { url, organization, pools, onError } = options
  // Its own: a response is a transaction of several statements, and must not take the recorder's connections.
  const pool = openPool({
    url,
    history: pools.history,
    connections: 2,
    name: 'soapstone events',
    connectMs: 2_000,
    settings: ONE_PLAN,
    onError,
  })
  const door = createPlatformEvents(subscribersOf(organization, pool, options))
  let retiring: Running | undefined
  return {
    async start() {
      await door.start()
      retiring = retire(options)
    },
    async stop() {
      await Promise.all([door.stop(), retiring?.stop()])
      await pool.end()
    },
  }
}

function subscribersOf(
  { organization, salesforce, queue }: AtWork,
  pool: Pool,
  options: SubscribeOptions,
): Subscriber[] {
  const { config, pools, worker, recorder, onRecorded, metrics, log } = options
  const { host, port, tls } = config.PUBSUB_ENDPOINT
  const proxy = proxyFor(`https://${host}:${port}`, config.proxies)
  const { leaseMs, rescueEveryMs } = leaseTimes(config.LEASE_SECONDS)
  const sweep = createOrganizationSweep({ organization, salesforce, runner: pools.people, recorder })
  const subscriptions = createSubscriptions({
    pool,
    organizationId: organization.id,
    worker,
    leaseMs,
    onRecorded: () => onRecorded(organization.id),
  })
  return options.topics.map((setting) =>
    createSubscriber({
      topic: toTopic(setting),
      access: { instanceUrl: organization.salesforce.instanceUrl, organizationId: organization.id },
      firstStart: config.PUBSUB_START,
      connect: createConnect({ endpoint: { host, port, tls }, ...(proxy !== undefined && { proxy }) }),
      salesforce: salesforce.events,
      subscriptions: { ...subscriptions, backlog: (most) => queue.backlog('callback', most) },
      async sweep(since) {
        const { unknown } = await sweep.find(since)
        return unknown.length > 0 ? await sweep.record(unknown) : 0
      },
      meter: metrics.of(organization.name),
      log,
      times: { ...TIMES, lease: leaseMs, takeEvery: rescueEveryMs },
      now: () => performance.now(),
      random: Math.random,
    }),
  )
}

/** Events that nobody could read stay as long as notifications do. */
function retire({ config, organization, pools, log }: SubscribeOptions): Running {
  async function turn(): Promise<undefined> {
    const retired = await retireEvents(pools.people, organization.organization.id, config.RETENTION_DAYS)
    if (retired.events + retired.subscriptions > 0) log.info(retired, 'events.retired')
  }
  const job = { name: 'retire-events', everyMs: 3_600_000, firstMs: 60_000, turn }
  return every(job, { onFailed: (error) => log.error({ job: job.name, err: error }, 'upkeep.failed') })
}
