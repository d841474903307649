/** What webhooks were told, and what they answered. */
import { Refusal } from './refusal.ts'
import { findWebhook, type WebhookPort } from './webhooks.ts'

export interface DeliveryKey {
  organizationId: string
  webhookId: string
  eventNo: string
}

export interface ShownDelivery {
  id: string
  eventId: string
  type: string
  /** Tries that have ended. */
  attempt: number
  state: string
  /** HTTP status of the last answer. */
  status: number | undefined
  error: string | undefined
  /** The beginning of it. */
  answer: string | undefined
  sentAt: Date | undefined
  nextAttemptAt: Date | undefined
}

export interface DeliveryPort {
  /** Of one webhook, the newest first. `before`: the number of an event. */
  deliveries(
    webhookId: string,
    page: { state?: string | undefined; before?: string | undefined; limit: number },
  ): Promise<(Omit<ShownDelivery, 'id'> & DeliveryKey)[]>
  delivery(key: DeliveryKey): Promise<(Omit<ShownDelivery, 'id'> & DeliveryKey) | undefined>
  /** False: it is on its way just now. */
  redeliver(key: DeliveryKey): Promise<boolean>
  /** Sends an event of the type `webhook.test`, waits for the answer, and tries once only. */
  sendTest(webhookId: string): Promise<DeliveryKey>
}

const STATES = ['waiting', 'delivered', 'failed']

export async function listDeliveries(
  ledger: Pick<WebhookPort, 'find'> & DeliveryPort,
  { id, state, after, limit }: { id: string; state?: string | undefined; after?: string | undefined; limit: number },
): Promise<{ items: ShownDelivery[]; next: string | undefined }> {
  if (state !== undefined && !STATES.includes(state))
    throw new Refusal('invalid', `state: use one of ${STATES.join(', ')}`)
  if (after !== undefined && !/^\d{1,18}$/.test(after)) throw new Refusal('invalid', 'after: it is none of ours')
  await findWebhook(ledger, id)
  const found = await ledger.deliveries(id, { state, before: after, limit })
  return { items: found.map(toShown), next: found.length === limit ? found.at(-1)?.eventNo : undefined }
}

/** The event once more: at once, with the same id, and with a fresh schedule. */
export async function redeliver(ledger: Pick<WebhookPort, 'find'> & DeliveryPort, id: string): Promise<ShownDelivery> {
  const key = readKey(id)
  const delivery = key && (await ledger.delivery(key))
  if (key === undefined || delivery === undefined) throw new Refusal('unknown', `there is no delivery ${id}`)
  const { state } = await findWebhook(ledger, key.webhookId)
  if (state === 'disabled')
    throw new Refusal('conflict', `webhook ${key.webhookId} is disabled: make it active again first`)
  if (!(await ledger.redeliver(key))) throw new Refusal('conflict', `delivery ${id} is on its way just now`)
  return await shown(ledger, key)
}

export async function testWebhook(
  ledger: Pick<WebhookPort, 'find'> & DeliveryPort,
  id: string,
): Promise<ShownDelivery> {
  await findWebhook(ledger, id)
  return await shown(ledger, await ledger.sendTest(id))
}

async function shown(ledger: DeliveryPort, key: DeliveryKey): Promise<ShownDelivery> {
  const delivery = await ledger.delivery(key)
  if (delivery === undefined) throw new Refusal('unknown', `there is no delivery ${idOf(key)}`)
  return toShown(delivery)
}

function toShown({ organizationId, webhookId, eventNo, ...rest }: Omit<ShownDelivery, 'id'> & DeliveryKey) {
  return { id: idOf({ organizationId, webhookId, eventNo }), ...rest }
}

/** Events of the whole installation have no organisation. */
function idOf({ organizationId, webhookId, eventNo }: DeliveryKey): string {
  return [webhookId, eventNo, ...(organizationId === '' ? [] : [organizationId])].join('.')
}

function readKey(id: string): DeliveryKey | undefined {
  const [, webhookId, eventNo, organizationId = ''] = /^([\w-]{1,40})\.(\d{1,18})(?:\.(\w{18}))?$/.exec(id) ?? []
  return webhookId === undefined || eventNo === undefined ? undefined : { webhookId, eventNo, organizationId }
}
