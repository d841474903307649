/** Webhooks and the log of their deliveries, as people see them. */
import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'

export const webhooks = query(
  'webhooks',
  { webhook_id: 'text?' },
  {
    id: 'text',
    url: 'text',
    types: 'text[]',
    filter: 'jsonb',
    description: 'text?',
    format: 'text',
    state: 'text',
    disabled_reason: 'text?',
    by_setting: 'boolean',
    created_at: 'timestamptz',
    failing_since: 'timestamptz?',
  },
)
export const addWebhook = query(
  'add-webhook',
  {
    webhook_id: 'text',
    url: 'text',
    types: 'text[]',
    filter: 'jsonb',
    description: 'text?',
    secret: 'text',
    acting: 'jsonb',
  },
  { webhook_id: 'text' },
)
export const changeWebhook = query(
  'change-webhook',
  {
    webhook_id: 'text',
    url: 'text?',
    types: 'text[]',
    filter: 'jsonb?',
    description: 'text?',
    state: 'text?',
    acting: 'jsonb',
  },
  { webhook_id: 'text' },
)
export const removeWebhook = query('remove-webhook', { webhook_id: 'text', acting: 'jsonb' }, { webhook_id: 'text' })
export const rotateWebhook = query(
  'rotate-webhook',
  { webhook_id: 'text', secret: 'text', overlap: 'interval', acting: 'jsonb' },
  { webhook_id: 'text' },
)
export const keepWebhook = query(
  'keep-webhook',
  { webhook_id: 'text', url: 'text', types: 'text[]', filter: 'jsonb', format: 'text', secret: 'text?' },
  {},
)
export const dropWebhook = query('drop-webhook', { webhook_id: 'text' }, {})
const delivered = {
  webhook_id: 'text',
  organization_id: 'text',
  event_no: 'bigint',
  event_id: 'text',
  type: 'text',
  attempt: 'integer',
  state: 'text',
  status: 'integer?',
  error: 'text?',
  answer: 'text?',
  sent_at: 'timestamptz?',
  next_attempt_at: 'timestamptz?',
  happened_at: 'timestamptz',
} as const
const key = { organization_id: 'text', webhook_id: 'text', event_no: 'bigint' } as const

export const deliveries = query(
  'deliveries',
  { webhook_id: 'text', state: 'text?', before: 'bigint?', most: 'integer' },
  delivered,
  'each-time',
)
export const delivery = query('delivery', key, delivered, 'each-time')
export const redeliver = query('redeliver', key, { event_no: 'bigint' }, 'each-time')
export const retireNotices = query('retire-notices', { kept_for: 'interval' }, { removed: 'integer' })

/** Who acts, as the audit keeps it. */
type By = object

export interface NewWebhook {
  id: string
  url: string
  types: readonly string[]
  filter: object
  description: string | undefined
  secret: string
  by: By
}

export interface WebhookChange {
  url?: string | undefined
  types?: readonly string[] | undefined
  filter?: object | undefined
  description?: string | undefined
  state?: string | undefined
}

export interface WebhookOfSetting {
  id: string
  url: string
  types: readonly string[]
  filter: object
  format: string
  secret: string | undefined
}

export interface DeliveryKey {
  organizationId: string
  webhookId: string
  eventNo: string
}

export function createWebhooks(runner: Runner) {
  return {
    list: () => webhooks(runner, { webhook_id: undefined }),
    async find(id: string) {
      const [row] = await webhooks(runner, { webhook_id: id })
      return row
    },
    async add({ id, url, types, filter, description, secret, by }: NewWebhook) {
      const written = { filter: storableJson(filter), acting: storableJson(by), description }
      await addWebhook(runner, { webhook_id: id, url, types, secret, ...written })
    },
    /** Undefined values stay as they are. */
    async change(id: string, { url, types, filter, description, state }: WebhookChange, by: By) {
      const rest = { url, description, state, filter: filter && storableJson(filter), acting: storableJson(by) }
      await changeWebhook(runner, { webhook_id: id, types: types ?? [], ...rest })
    },
    async remove(id: string, by: By) {
      return (await removeWebhook(runner, { webhook_id: id, acting: storableJson(by) })).length > 0
    },
    async rotate({ id, secret, overlapMs, by }: { id: string; secret: string; overlapMs: number; by: By }) {
      const overlap = `${overlapMs} milliseconds`
      await rotateWebhook(runner, { webhook_id: id, secret, overlap, acting: storableJson(by) })
    },
    /** The webhook that a setting names. */
    async keep({ id, filter, ...webhook }: WebhookOfSetting) {
      await keepWebhook(runner, { webhook_id: id, filter: JSON.stringify(filter), ...webhook })
    },
    async drop(id: string) {
      await dropWebhook(runner, { webhook_id: id })
    },
    deliveries(webhookId: string, page: { state?: string | undefined; before?: string | undefined; limit: number }) {
      const { state, before, limit } = page
      return deliveries(runner, { webhook_id: webhookId, state, before, most: limit })
    },
    async delivery(one: DeliveryKey) {
      const [row] = await delivery(runner, keyOf(one))
      return row
    },
    /** False: it is on its way. */
    async redeliver(one: DeliveryKey) {
      return (await redeliver(runner, keyOf(one))).length > 0
    },
    /** Removes a batch of what is older. Returns how many rows. */
    async retire(days: number) {
      const [row] = await retireNotices(runner, { kept_for: `${days} days` })
      return row?.removed ?? 0
    },
  }
}

function keyOf({ organizationId, webhookId, eventNo }: DeliveryKey) {
  return { organization_id: organizationId, webhook_id: webhookId, event_no: eventNo }
}
