/** What happens told to others, put together: this process's part in delivering it. */
import type { Config } from '../config/read.ts'
import { EVENT_TYPES } from '../domain/event.ts'
import type { Metrics } from '../http/metrics.ts'
import { createDeliveries } from '../ledger/notices/deliveries.ts'
import { createWebhooks } from '../ledger/notices/webhooks.ts'
import type { Tallies } from '../notices/alerts/tallies.ts'
import { createDeliverer } from '../notices/webhooks/deliverer.ts'
import { every, type Running } from '../runtime/every.ts'
import type { Log } from '../runtime/log.ts'
import { createSampledLog } from '../runtime/sampled.ts'
import { createWaker } from '../runtime/waker.ts'
import { startAlerts } from './alerts.ts'
import type { Pools } from './pools.ts'
import { keepWebhooksOfSettings } from './setting-webhooks.ts'
import { createLazySender } from './webhook-sender.ts'
import { toDelivery } from './webhooks.ts'

export interface NoticesOptions {
  config: Config
  pools: Pools
  worker: string
  /** This process works on orders, too. One that does not sends alerts only: somebody must, when no worker is alive. */
  works: boolean
  log: Log
  metrics: Pick<Metrics, 'delivered' | 'ackCounts'>
  tallies: Tallies
}

export interface Notices {
  /** Something was settled: there may be something to tell. */
  wake(): void
  start(): void
  stop(drainMs: number): Promise<void>
}

/** Longer than a try and its settlement may take. */
const LEASE_MS = 60_000
const POLL_MS = 1_000
/** Of one webhook at the same time, and of all: more would only wait for the same receivers. */
const EACH = 16
const MOST = 256
/** After a delivery so long it is worth to look at once; where nobody is told, no settlement costs a look. */
const ACTIVE_MS = 30_000

const ALERTS = [...EVENT_TYPES.filter((type) => /^(?:alert|security)\./.test(type)), 'webhook.test']

export function createNotices(options: NoticesOptions): Notices {
  const { config, pools, worker, works, log, metrics, tallies } = options
  const deliveries = createDeliveries({ runner: pools.notices, worker, leaseMs: LEASE_MS })
  const sender = createLazySender(config)
  const waker = createWaker()
  const limits = { each: EACH, most: MOST, ...(!works && { types: ALERTS }) }
  let activeUntil = 0
  let jobs: Running[] = []
  const deliverer = createDeliverer({
    deliveries: {
      async claim(busy) {
        const rows = await deliveries.claim(busy, limits)
        if (rows.length > 0) activeUntil = performance.now() + ACTIVE_MS
        return rows.map(toDelivery)
      },
      async settle(settled) {
        const rows = await deliveries.settle(settled)
        const disabled = rows.filter((row) => row.webhook_state === 'disabled')
        return [...new Map(disabled.map((row) => [row.webhook_id, row.disabled_reason ?? '']))].map(
          ([webhookId, reason]) => ({ webhookId, reason }),
        )
      },
    },
    send: sender.send,
    waker,
    pollMs: POLL_MS,
    random: Math.random,
    log: createSampledLog(log),
    onSettled: metrics.delivered,
  })
  return {
    wake() {
      if (performance.now() < activeUntil) waker.wake()
    },
    start() {
      deliverer.start()
      const alerts = startAlerts({ config, pools, tallies, metrics, works, log, onChanged: waker.wake })
      jobs = [...alerts, keepWebhooks(pools, config, log)]
    },
    async stop(drainMs) {
      await Promise.all(jobs.map((job) => job.stop()))
      await deliverer.stop(drainMs)
      await sender.close()
    },
  }
}

/** Also after a ledger that was away; and once a day, so that what was disabled meanwhile has its chance again. */
function keepWebhooks(pools: Pools, config: Config, log: Log): Running {
  const webhooks = createWebhooks(pools.people)
  const turn = () => keepWebhooksOfSettings(webhooks, config).then(() => undefined)
  return every(
    { name: 'keep-webhooks', firstMs: 0, everyMs: 86_400_000, longestMs: 10_000, turn },
    { onFailed: (error) => log.error({ job: 'keep-webhooks', err: error }, 'alerts.failed') },
  )
}
