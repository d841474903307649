/** All of /orders, put together: the signed Quick Action, the portal, and those who wait for an order. */
import type { FastifyRequest } from 'fastify'
import type { Organization } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import type { Door } from '../doors/door.ts'
import { createQuickAction } from '../doors/quick-action/door.ts'
import type { Security } from '../doors/security.ts'
import { createOrdersScope } from '../http/orders-scope.ts'
import { createOrderProgresses } from '../ledger/people/order-progress.ts'
import { available } from '../ledger/record/available.ts'
import { createClicks } from '../ledger/record/clicks.ts'
import { createOrderStatuses } from '../operations/order-status.ts'
import { createOrderWatch } from '../operations/order-watch.ts'
import { createPortal } from '../portal/portal.ts'
import type { Tokens } from '../portal/ports.ts'
import { createTexts } from '../portal/texts.ts'
import { every } from '../runtime/every.ts'
import type { Log } from '../runtime/log.ts'
import { createSampledLog } from '../runtime/sampled.ts'
import type { Pools } from './pools.ts'

export interface OrdersOptions {
  config: Config
  /** They may change while it runs. */
  organizations: readonly Organization[]
  pools: Pick<Pools, 'orders'>
  /** There is work for that organisation. */
  onRecorded: (organizationId: string) => void
  /** Who may click at all. */
  gate: { admits(request: FastifyRequest): boolean }
  tokens: Tokens
  security: Security
  log: Log
}

export interface Orders {
  door: Door
  /** These may have changed: who waits for them is told soon. */
  hint(orderIds: Iterable<string>): void
  stop(): Promise<void>
}

/** Without a hint a change is seen after this time, ms. */
const LOOK_MS = 1_000

export function createOrders(options: OrdersOptions): Orders {
  const { config, organizations, pools, onRecorded, gate, tokens, security, log } = options
  const now = () => new Date()
  const statuses = createOrderStatuses(createOrderProgresses(pools.orders, () => organizations.map(({ id }) => id)))
  const sampled = createSampledLog(log)
  const onError = (error: unknown) => sampled.warn({ reason: String(error) }, 'orders.not_looked_at')
  const watch = createOrderWatch({ statuses, onError })
  const quickAction = createQuickAction({
    signers: () => organizations.map(({ id, secrets }) => ({ organizationId: id, secrets: secrets.quickAction })),
    clicks: createClicks({ pool: pools.orders, nonceHeldMs: nonceHeldMs(config), onRecorded }),
    orders: { status: async (orderId) => (await statuses.whole(orderId))?.status, settled: watch.settled },
    gate,
    toleranceMs: config.WEBHOOK_TIMESTAMP_TOLERANCE,
    ...(config.PUBLIC_URL !== undefined && { publicUrl: config.PUBLIC_URL }),
    ...{ now, security, log },
  })
  const portal = createPortal({
    ...{ statuses, watch, now, log },
    tokens: { who: (token) => available(() => tokens.who(token)) },
    ...(config.PORTAL_LINK_SECRET !== undefined && { linkSecret: config.PORTAL_LINK_SECRET }),
    origins: config.PORTAL_ORIGINS ?? [],
    texts: createTexts(config.PORTAL_TEXTS_FILE),
    onRefused: (facts) => security.report('order_access', facts),
  })
  const looking = every(
    { name: 'orders', everyMs: LOOK_MS, longestMs: 5 * LOOK_MS, turn: async () => void (await watch.look()) },
    { onFailed: onError },
  )

  return {
    door: createOrdersScope({
      parts: [quickAction, portal],
      isCheap: portal.isCheap,
      ...(config.ORDERS_RATE_LIMIT !== undefined && { mostPerMinute: config.ORDERS_RATE_LIMIT }),
    }),
    hint: watch.hint,
    stop: () => looking.stop(),
  }
}

/** A copy of a request is refused by its nonce until it is refused by its time. */
export function nonceHeldMs(config: Pick<Config, 'WEBHOOK_TIMESTAMP_TOLERANCE'>): number {
  return 2 * config.WEBHOOK_TIMESTAMP_TOLERANCE
}
