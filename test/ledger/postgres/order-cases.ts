/** The statements of /orders as the service asks them: clicks, and how orders stand. */
import { ORGANIZATION } from '../../helpers/messages.ts'
import { notificationId, recordId } from '../../helpers/old-ledger.ts'
import { type Case, OPEN } from './plan-cases.ts'

const one = { organization_id: ORGANIZATION }
const ten = (from: number) => Array.from({ length: 10 }, (_, i) => recordId(from + i))
const click = { ...one, nonce: 'n', held_for: '10 minutes', key: 'k', fingerprint: 'f' }
const known = { ...click, notification_id: notificationId(7), record_id: recordId(7), status: null, answer: null }
const progress = (title: string, from: number, details: boolean): Case => ({
  query: 'order-progress',
  title,
  values: { organization_id: [ORGANIZATION], order_id: ten(from), details },
  about: 10,
})

export const ORDERS: Case[] = [
  { query: 'take-click', title: 'a click', values: known, about: 1 },
  { query: 'read-click', title: 'a key', values: { ...one, key: 'k' }, about: 1 },
  { query: 'answer-click', title: 'a key', values: { ...one, key: 'k', status: 202, answer: '{}' }, about: 1 },
  {
    query: 'ask-for-work',
    title: 'what is open',
    values: { ...one, record_id: recordId(OPEN.from + 500), notification_id: notificationId(OPEN.from + 500) },
    about: 1,
  },
  {
    query: 'forget-clicks',
    title: 'what is old',
    values: { ...one, nonces_for: '10 minutes', keys_for: '400 days', most: 10 },
    about: 10,
  },
  progress('ten that ended, their versions', 100, false),
  progress('ten that ended, whole', 100, true),
  progress('ten that are open', OPEN.from + 500, true),
]
