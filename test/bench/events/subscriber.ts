/** What is measured: the subscriber and its part of the ledger, as `serve` has them, without the work that follows. */
import { createConnect } from '../../../src/doors/platform-events/pubsub/client.ts'
import { createSubscriber, type Subscriber } from '../../../src/doors/platform-events/subscriber.ts'
import { TIMES } from '../../../src/doors/platform-events/times.ts'
import { toTopic } from '../../../src/doors/platform-events/topic.ts'
import { createSubscriptions } from '../../../src/ledger/events/subscriptions.ts'
import { ONE_PLAN, openPool } from '../../../src/ledger/postgres/pool.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { numberOf, serveParent } from '../child.ts'
import { quantile } from '../table.ts'

const [, , , url = ''] = process.argv
/** Not from where the simulator is: that loads what is to be weighed. */
const STATUS_CHANGED = '/event/OrderStatusChangedEvent'
const pool = openPool({ url, connections: 2, name: 'soapstone bench', settings: ONE_PLAN, onError: () => {} })
const silent = { info: () => {}, warn: () => {}, error: () => {} }
const atStart = process.memoryUsage().rss
let recorded = 0
let delays: number[] = []
let subscriber: Subscriber | undefined

serveParent({
  async subscribe(parcel) {
    const subscriptions = createSubscriptions({
      ...{ pool, organizationId: ORGANIZATION, worker: 'bench', leaseMs: 25_000, onRecorded: () => {} },
    })
    subscriber = createSubscriber({
      topic: toTopic({ name: STATUS_CHANGED }),
      access: { instanceUrl: 'https://acme.my.salesforce.com', organizationId: ORGANIZATION },
      firstStart: 'earliest',
      connect: createConnect({ endpoint: { host: '127.0.0.1', port: numberOf(parcel, 'port'), tls: false } }),
      salesforce: { withToken: (work) => work('token'), deliveries: async () => undefined },
      subscriptions: { ...subscriptions, backlog: async () => 0 },
      sweep: async () => 0,
      meter: {
        events({ kind, count }) {
          if (kind === 'recorded') recorded += count
        },
        delay: (seconds) => void delays.push(seconds * 1_000),
        positionLost: () => {},
        interrupted: () => {},
      },
      log: silent,
      times: { ...TIMES, retryFirst: 100, lease: 25_000, takeEvery: 1_000 },
      now: () => performance.now(),
      random: Math.random,
    })
    subscriber.start()
    return {}
  },
  async recorded() {
    return { recorded }
  },
  async look() {
    const { rss, heapUsed } = process.memoryUsage()
    const since = delays.toSorted((a, b) => a - b)
    delays = []
    return {
      recorded,
      'RSS, MB': rss / 1e6,
      'RSS before it subscribed, MB': atStart / 1e6,
      'heap, MB': heapUsed / 1e6,
      'delay, ms (median)': since.length === 0 ? 0 : quantile(since, 0.5),
      'delay, ms (99 %)': since.length === 0 ? 0 : quantile(since, 0.99),
    }
  },
  async stop() {
    await subscriber?.stop()
    await pool.end()
    return {}
  },
})
