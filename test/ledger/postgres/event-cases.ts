/** Statements about subscriptions, of which there is one a topic, and about documents: none may look at orders. */
import { ORGANIZATION } from '../../helpers/messages.ts'
import type { Case } from './plan-cases.ts'

const one = { organization_id: ORGANIZATION, topic: '/event/OrderStatusChangedEvent', lease_no: 1 }
const since = { sweep_since: new Date(0) }
const document = { organization_id: ORGANIZATION, collection: 'notes', key: 'a' }

const of = (query: string, values: Record<string, unknown> = {}): Case => ({ query, title: 'one', values, about: 1 })

export const EVENTS: Case[] = [
  of('subscriptions'),
  of('take-subscription', { ...one, worker: 'w', lease: '30 seconds' }),
  of('renew-subscription', { ...one, lease: '30 seconds' }),
  of('release-subscription', one),
  of('report-subscription', { ...one, state: 'waiting', code: 'EVENTS_UNAVAILABLE', message: 'away' }),
  of('move-position', {
    ...{ ...one, replay_id: '\\x01', last_event_at: null, sweep_since: null },
    ...{ own: 0, other: 0, undecodable: 0 },
  }),
  of('lose-position', { ...one, ...since }),
  of('end-owed-sweep', { ...one, ...since }),
  of('count-events', { ...one, recorded: 1 }),
  of('save-deliveries', { ...one, remaining: 1, most: 2 }),
  of('keep-undecodable', {
    ...{ ...one, replay_id: ['\\x01'], event_id: [null], schema_id: ['s'] },
    ...{ reason: ['unknown'], payload: ['\\x00'] },
  }),
  of('retire-events', { ...one, kept_for: '400 days' }),
  of('read-document', { ...document, version: null }),
  of('put-document', { ...document, content: '{}', expected: null, acting: '{"name": "anna"}' }),
  of('list-documents', { ...document, path: null, after: '', most: 50 }),
  of('document-versions', document),
]
