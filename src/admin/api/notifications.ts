/** /api/notifications/:id and /api/orders/:orderId: all of one, and what can be done with it. */
import { type CancelPort, cancelNotification } from '../../operations/cancel.ts'
import { type DetailsPort, readOrder } from '../../operations/details.ts'
import { type DismissPort, dismissNotification } from '../../operations/dismiss.ts'
import { readFilter } from '../../operations/filter.ts'
import { type ListPort, listNotifications } from '../../operations/list.ts'
import { changePriority, type PriorityPort } from '../../operations/priority.ts'
import { Refusal } from '../../operations/refusal.ts'
import { type ReplayPort, replayNotification } from '../../operations/replay.ts'
import {
  type Finding,
  type FindingPort,
  type ResolvePort,
  readWhmcsOrder,
  resolveNotification,
} from '../../operations/resolve.ts'
import { showNotification } from '../../operations/show.ts'
import { actorOf } from '../access/caller.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { DEFAULT_LIMIT, FILTER, PAGING, SORT } from './filters.ts'
import { object, page } from './schema.ts'
import { DETAILS, NOTIFICATION, ORDER_DETAILS, PRIORITY, STEP } from './shapes.ts'

export interface NotificationEndpoints {
  ledger: ListPort & DetailsPort & ReplayPort & DismissPort & CancelPort & ResolvePort & PriorityPort
  /** WHMCS, which is asked before a person's word is believed. */
  whmcs: FindingPort
  now: () => Date
}

const ID = object({ id: { type: 'string', description: 'Notification id or record id, 15 or 18 characters' } })
const REASON = { type: 'string', description: 'Why, for whoever reads it later' } as const
const named = (id: string) => ({ id, organizationId: undefined })

export function notificationEndpoints({ ledger, whmcs, now }: NotificationEndpoints): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/notifications',
      scope: 'read',
      tag: 'notifications',
      summary: 'Notifications, the newest first unless `sort` says otherwise.',
      query: { type: 'object', properties: { ...FILTER, sort: SORT, ...PAGING } },
      answers: { 200: page(NOTIFICATION) },
      run: ({ query: { after, limit = DEFAULT_LIMIT, sort, ...asked } }) =>
        listNotifications(ledger, readFilter(asked, now()), { limit, sort, after }),
    }),
    endpoint({
      method: 'GET',
      url: '/notifications/:id',
      scope: 'read',
      tag: 'notifications',
      summary:
        'One notification with everything that was tried and done. By a record id: its dead letter, else its newest.',
      params: ID,
      answers: { 200: DETAILS },
      run: ({ params: { id } }) => showNotification(ledger, named(id)),
    }),
    endpoint({
      method: 'POST',
      url: '/notifications/:id/replay',
      scope: 'operate',
      tag: 'notifications',
      summary: 'Put a final notification back to work, with a fresh retry budget.',
      params: ID,
      body: {
        type: 'object',
        properties: {
          reason: REASON,
          step: { ...STEP, description: 'Where it goes on. Absent: where it makes sense' },
        },
        required: ['reason'],
      },
      answers: { 200: NOTIFICATION },
      async run({ params: { id }, body: { reason, step }, caller }) {
        return (await replayNotification(ledger, { ...named(id), reason, step, by: actorOf(caller) })).notification
      },
    }),
    endpoint({
      method: 'POST',
      url: '/notifications/:id/dismiss',
      scope: 'operate',
      tag: 'notifications',
      summary: 'Put a dead letter aside: nothing is done for it any more.',
      params: ID,
      body: { type: 'object', properties: { reason: REASON }, required: ['reason'] },
      answers: { 200: NOTIFICATION },
      async run({ params: { id }, body: { reason }, caller }) {
        return (await dismissNotification(ledger, { ...named(id), reason, by: actorOf(caller) })).notification
      },
    }),
    endpoint({
      method: 'POST',
      url: '/notifications/:id/cancel',
      scope: 'operate',
      tag: 'notifications',
      summary: 'Cancel in WHMCS what was cancelled or deleted in Salesforce: a dead letter with ORDER_CANCELLED.',
      params: ID,
      body: { type: 'object', properties: { reason: REASON }, required: ['reason'] },
      answers: { 200: NOTIFICATION },
      async run({ params: { id }, body: { reason }, caller }) {
        return (await cancelNotification(ledger, { ...named(id), reason, by: actorOf(caller) })).notification
      },
    }),
    endpoint({
      method: 'POST',
      url: '/notifications/:id/resolve',
      scope: 'operate',
      tag: 'notifications',
      summary:
        'Say what became of an AddOrder whose answer was lost. WHMCS is asked whether it can be so; then work goes on.',
      params: ID,
      body: {
        type: 'object',
        properties: {
          reason: REASON,
          whmcsOrder: { type: 'string', description: 'It is this order in WHMCS' },
          notCreated: { type: 'boolean', description: 'True: it was never made' },
        },
        required: ['reason'],
      },
      answers: { 200: NOTIFICATION },
      async run({ params: { id }, body: { reason, ...found }, caller }) {
        const request = { ...named(id), reason, finding: readFinding(found), by: actorOf(caller) }
        return (await resolveNotification({ ledger, whmcs }, request)).notification
      },
    }),
    endpoint({
      method: 'PUT',
      url: '/notifications/:id/priority',
      scope: 'operate',
      tag: 'notifications',
      summary: 'Change when an open notification has its turn.',
      params: ID,
      body: { type: 'object', properties: { priority: PRIORITY }, required: ['priority'] },
      answers: { 200: NOTIFICATION },
      async run({ params: { id }, body: { priority }, caller }) {
        return (await changePriority(ledger, { ...named(id), priority, by: actorOf(caller) })).notification
      },
    }),
    endpoint({
      method: 'GET',
      url: '/orders/:orderId',
      scope: 'read',
      tag: 'orders',
      summary: 'Everything about an order.',
      params: object({ orderId: { type: 'string', description: '15 or 18 characters' } }),
      answers: { 200: ORDER_DETAILS },
      run: ({ params: { orderId } }) => readOrder(ledger, orderId),
    }),
  ]
}

function readFinding({
  whmcsOrder,
  notCreated,
}: {
  whmcsOrder?: string | undefined
  notCreated?: boolean | undefined
}): Finding {
  if ((whmcsOrder === undefined) === (notCreated !== true)) {
    throw new Refusal('invalid', 'whmcsOrder: give either whmcsOrder or notCreated: true')
  }
  return whmcsOrder === undefined ? 'not-created' : readWhmcsOrder(whmcsOrder)
}
