/** /api/webhooks and /api/deliveries: who is told of what happens, and what they answered. */
import { EVENT_TYPES, FORMATS } from '../../domain/event.ts'
import { type DeliveryPort, listDeliveries, redeliver, testWebhook } from '../../operations/deliveries.ts'
import {
  addWebhook,
  changeWebhook,
  findWebhook,
  removeWebhook,
  rotateWebhook,
  type WebhookPort,
  type WebhookRules,
} from '../../operations/webhooks.ts'
import { actorOf } from '../access/caller.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { list, nullable, object, page, TEXT, TIME } from './schema.ts'

const TYPES = list({ type: 'string', enum: EVENT_TYPES } as const)
const FILTER = {
  type: 'object',
  additionalProperties: TEXT,
  description: 'Only events whose data has these fields with these values',
} as const
const STATE = { type: 'string', enum: ['active', 'disabled'] } as const
const WEBHOOK = {
  id: TEXT,
  url: TEXT,
  types: TYPES,
  filter: FILTER,
  description: nullable(TEXT),
  format: { type: 'string', enum: FORMATS },
  state: STATE,
  disabledReason: nullable(TEXT),
  bySetting: { type: 'boolean', description: 'ALERT_WEBHOOK or SECURITY_ALERT_WEBHOOK: the settings say what it is' },
  createdAt: TIME,
  failingSince: nullable({ ...TIME, description: 'Nothing has arrived since' }),
} as const
const WITH_SECRET = object({ ...WEBHOOK, secret: { type: 'string', description: 'Shown this once' } })
const DELIVERY = object({
  id: TEXT,
  eventId: { type: 'string', description: 'The webhook-id: the same for every try' },
  type: TEXT,
  attempt: { type: 'integer', description: 'Tries that have ended' },
  state: { type: 'string', enum: ['waiting', 'delivered', 'failed'] },
  status: nullable({ type: 'integer', description: 'HTTP status of the last answer' }),
  error: nullable(TEXT),
  answer: nullable({ type: 'string', description: 'The beginning of the last answer' }),
  sentAt: nullable(TIME),
  nextAttemptAt: nullable(TIME),
})
const ID = object({ id: { type: 'string', description: 'As the list shows it' } })
const WANTED = { url: TEXT, types: TYPES, filter: FILTER, description: TEXT } as const
const PAGE = {
  type: 'object',
  properties: {
    after: TEXT,
    limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    state: { type: 'string', enum: ['waiting', 'delivered', 'failed'] },
  },
} as const

export interface WebhookEndpoints {
  ledger: WebhookPort & DeliveryPort
  rules: WebhookRules
}

const admin = { scope: 'admin', tag: 'webhooks' } as const

export function webhookEndpoints({ ledger, rules }: WebhookEndpoints): Endpoint[] {
  return [
    endpoint({
      ...{ ...admin, method: 'GET', url: '/webhooks', summary: 'All webhooks, newest first.' },
      answers: { 200: page(object(WEBHOOK)) },
      run: async () => ({ items: await ledger.list() }),
    }),
    endpoint({
      ...{ ...admin, method: 'POST', url: '/webhooks' },
      summary: 'Tell an address of events. The secret is shown this once.',
      body: { type: 'object', properties: WANTED, required: ['url', 'types'] },
      answers: { 201: WITH_SECRET },
      async run({ body, caller, reply }) {
        const made = await addWebhook(ledger, { ...body, by: actorOf(caller) }, rules)
        reply.code(201).header('location', `/api/webhooks/${made.id}`)
        return made
      },
    }),
    endpoint({
      ...{ ...admin, method: 'GET', url: '/webhooks/:id', summary: 'One webhook.' },
      params: ID,
      answers: { 200: object(WEBHOOK) },
      run: ({ params: { id } }) => findWebhook(ledger, id),
    }),
    endpoint({
      ...{ ...admin, method: 'PATCH', url: '/webhooks/:id' },
      summary: 'Change what is named. State active begins with a clean slate.',
      params: ID,
      body: { type: 'object', properties: { ...WANTED, state: STATE } },
      answers: { 200: object(WEBHOOK) },
      run: ({ params: { id }, body, caller }) =>
        changeWebhook(ledger, { id, change: body, by: actorOf(caller), rules }),
    }),
    endpoint({
      ...{ ...admin, method: 'DELETE', url: '/webhooks/:id', summary: 'Tell that address nothing more.' },
      params: ID,
      answers: { 200: object(WEBHOOK) },
      run: ({ params: { id }, caller }) => removeWebhook(ledger, { id, by: actorOf(caller) }),
    }),
    endpoint({
      ...{ ...admin, method: 'POST', url: '/webhooks/:id/test' },
      summary: 'Send an event of the type webhook.test, and say what was answered.',
      params: ID,
      answers: { 200: DELIVERY },
      run: ({ params: { id } }) => testWebhook(ledger, id),
    }),
    endpoint({
      ...{ ...admin, method: 'POST', url: '/webhooks/:id/rotate' },
      summary: 'Make a new secret. The old one signs beside it for the overlap.',
      params: ID,
      body: {
        type: ['object', 'null'],
        properties: { overlap: { type: 'string', description: 'How long: 1h, 7d. Absent: 24h' } },
      },
      answers: { 200: WITH_SECRET },
      run: ({ params: { id }, body, caller }) =>
        rotateWebhook(ledger, { id, by: actorOf(caller), overlap: body?.overlap }),
    }),
    endpoint({
      ...{ ...admin, method: 'GET', url: '/webhooks/:id/deliveries' },
      summary: 'What it was told and what it answered, newest first.',
      params: ID,
      query: PAGE,
      answers: { 200: page(DELIVERY) },
      run: ({ params: { id }, query: { after, state, limit = 50 } }) =>
        listDeliveries(ledger, { id, after, state, limit }),
    }),
    endpoint({
      ...{ ...admin, method: 'POST', url: '/deliveries/:id/redeliver' },
      summary: 'Send an event once more, with the same id and a fresh schedule.',
      params: ID,
      answers: { 202: DELIVERY },
      async run({ params: { id }, reply }) {
        const delivery = await redeliver(ledger, id)
        reply.code(202)
        return delivery
      },
    }),
  ]
}
