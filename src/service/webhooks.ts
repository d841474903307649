/** Webhooks and their deliveries as the operations want them. */
import { randomBytes } from 'node:crypto'
import { FORMATS, type Format } from '../domain/event.ts'
import { createDeliveries, type LeasedRow } from '../ledger/notices/deliveries.ts'
import { createWebhooks } from '../ledger/notices/webhooks.ts'
import type { Runner } from '../ledger/postgres/query.ts'
import type { Delivery } from '../notices/webhooks/delivery.ts'
import type { Sender } from '../notices/webhooks/sender.ts'
import type { DeliveryPort } from '../operations/deliveries.ts'
import { Refusal } from '../operations/refusal.ts'
import type { Webhook, WebhookPort } from '../operations/webhooks.ts'
import { type CamelRow, camel } from './camel.ts'
import { createLazySender, type SenderSettings } from './webhook-sender.ts'

/** Longer than a try may take. */
const LEASE_MS = 60_000

/** `settings`: what it takes to send a test. */
export function webhooksOfPeople(runner: Runner, settings: SenderSettings): WebhookPort & DeliveryPort {
  const webhooks = createWebhooks(runner)
  const deliveries = (webhookId: string, page: Parameters<typeof webhooks.deliveries>[1]) =>
    webhooks.deliveries(webhookId, page)
  return {
    list: async () => (await webhooks.list()).map(toWebhook),
    async find(id) {
      const found = await webhooks.find(id)
      return found && toWebhook(found)
    },
    add: webhooks.add,
    change: webhooks.change,
    remove: webhooks.remove,
    rotate: webhooks.rotate,
    deliveries: async (webhookId, page) => (await deliveries(webhookId, page)).map(camel),
    async delivery(key) {
      const found = await webhooks.delivery(key)
      return found && camel(found)
    },
    redeliver: webhooks.redeliver,
    async sendTest(webhookId) {
      const worker = `test-${randomBytes(4).toString('hex')}`
      const mine = createDeliveries({ runner, worker, leaseMs: LEASE_MS })
      const row = await mine.beginTest(webhookId)
      if (row === undefined) throw new Refusal('unknown', `there is no webhook ${webhookId}`)
      const delivery = toDelivery(row)
      const sender = createLazySender(settings)
      const { result, ...sent } = await sendOnce(sender, delivery)
      await mine.settle([{ ...sent, delivery, state: result === 'delivered' ? 'delivered' : 'failed' }])
      return delivery
    },
  }
}

async function sendOnce(sender: Sender, delivery: Delivery) {
  try {
    return await sender.send(delivery, AbortSignal.timeout(LEASE_MS / 2))
  } finally {
    await sender.close()
  }
}

export function toDelivery(row: LeasedRow): Delivery {
  return {
    organizationId: row.organization_id,
    webhookId: row.webhook_id,
    eventNo: row.event_no,
    leaseNo: row.lease_no,
    attempts: row.attempts,
    url: row.url,
    format: toFormat(row.format),
    secrets: row.secrets,
    event: { id: row.event_id, type: row.type, happenedAt: row.happened_at, data: toFields(row.data) },
    ...(row.traceparent !== undefined && { traceparent: row.traceparent }),
  }
}

type Row = Awaited<ReturnType<ReturnType<typeof createWebhooks>['list']>>[number]

function toWebhook(row: Row): Webhook {
  const { format, state, filter, ...rest }: CamelRow<Row> = camel(row)
  return {
    ...rest,
    format: toFormat(format),
    state: state === 'active' ? 'active' : 'disabled',
    filter: toFields(filter),
  }
}

/** Constraints of the ledger let no others in. */
function toFormat(text: string): Format {
  return FORMATS.find((format) => format === text) ?? 'standard'
}

function toFields(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null ? { ...json } : {}
}
