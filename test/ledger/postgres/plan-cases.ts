/** Each statement as the service asks it, ten at a time where it takes many, and how many rows it is about. */
import { PRIORITIES, STEPS } from '../../../src/domain/notification.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { notificationId, recordId } from '../../helpers/old-ledger.ts'

export interface Case {
  query: string
  /** What tells it from the others of its statement. */
  title: string
  /** By the names of the parameters; null where there is none. */
  values: Record<string, unknown>
  /** How many rows the question is about. */
  about: number
}

/** Rows that are open, by their numbers. */
export const OPEN = { from: 1_000_000, to: 1_001_000 }
/** Of these the first so many are worked on at callback by `w`, the next so many by others at other steps. */
export const MINE = 100
export const THEIRS = 200

const TEN = 10
const ten = <T>(value: (i: number) => T) => Array.from({ length: TEN }, (_, i) => value(i))
const all = <T>(value: T) => ten(() => value)
const one = { organization_id: ORGANIZATION }
/** Ten of the leases of `w`. */
const held = {
  worker: 'w',
  organization_id: all(ORGANIZATION),
  record_id: ten((i) => recordId(OPEN.from + i)),
  notification_id: ten((i) => notificationId(OPEN.from + i)),
  lease_no: all(1),
}
const attempt = {
  attempts: all(0),
  error_code: all(null),
  error_message: all(null),
  outcome: all('advanced'),
  attempt_code: all(null),
  attempt_message: all(null),
}
const CLASSES = ['critical', 'normal', 'batch']
const classes = { priority: CLASSES, since: CLASSES.map(() => new Date(0)) }
/** An order that ended long ago. */
const order = { ...one, order_id: recordId(7) }
const account = { ...one, account_id: recordId(7) }
const old = { ...one, record_id: recordId(7), notification_id: notificationId(7) }
/** The first of those that are dead. */
const DEAD_ONE = 1
const why = { reason: 'mended', acting: '{"name": "anna", "via": "cli"}' }
const sent = { whmcs_client_id: '7', request: '{}', request_hash: 'h' }
const LONG_AGO = new Date(Date.now() - 45 * 86_400_000)
/** What `retire` removes at a time. */
const BATCH = 500
const ALL_OPEN = OPEN.to - OPEN.from
/** All that is open or dead, of 20,000. */
const COUNTED = ALL_OPEN + 100
const PAGE = 50

const of = (query: string, title: string, values: Record<string, unknown> = {}, about = TEN): Case => ({
  query,
  title,
  values,
  about,
})
const list = (title: string, filter: Record<string, unknown>, about = PAGE, page: Record<string, unknown> = {}): Case =>
  of(
    'list',
    title,
    { filter: JSON.stringify({ organization: ORGANIZATION, ...filter }), most: PAGE, sort: '-receivedAt', ...page },
    about,
  )

/** Ten messages of one notification each; `from`: the number of the first. */
const arriving = (from: number) => ({
  organization_id: all(ORGANIZATION),
  source: all('outbound-message'),
  priority: all('normal'),
  action_id: all('04k000000000001AAA'),
  session: all(null),
  enterprise_url: all(null),
  partner_url: all(null),
  message_no: ten((i) => i + 1),
  notification_id: ten((i) => notificationId(from + i)),
  record_type: all('Order'),
  record_id: ten((i) => recordId(from + i)),
  fields: all('{}'),
})

export const CASES: Case[] = [
  of('record', 'ten new messages', { ...arriving(2_000_000), ignored_code: all(null), ignored_message: all(null) }),
  of('record-new', 'ten new messages', arriving(4_000_000)),
  of(
    'record-one',
    'a new message',
    {
      ...one,
      source: 'outbound-message',
      priority: 'normal',
      action_id: '04k000000000001AAA',
      session: null,
      enterprise_url: null,
      partner_url: null,
      notification_id: notificationId(3_000_000),
      record_type: 'Order',
      record_id: recordId(3_000_000),
      fields: '{}',
    },
    1,
  ),
  of('reopen', 'ten that are known', {
    organization_id: all(ORGANIZATION),
    notification_id: ten((i) => notificationId(i + 1)),
    record_id: ten((i) => recordId(i + 1)),
  }),
  of('mark-duplicated', 'an order', { ...one, record_id: recordId(8), message: 'twice' }, 1),
  of('troubles', 'a code', { ...one, codes: ['WHMCS_AWAY'] }, ALL_OPEN),
  of('pace', 'the last day', { since: new Date(Date.now() - 86_400_000) }, 1_000),
  of('ack-times', 'the last day', { since: new Date(Date.now() - 86_400_000) }),
  of('due-bounds', 'nine classes', {
    ...one,
    ...{ step: STEPS.flatMap((step) => [step, step, step]), priority: STEPS.flatMap(() => PRIORITIES) },
    since: Array(9).fill(new Date(0)),
  }),
  // What is leased keeps its place in the index, and is passed by.
  ...Object.entries({ callback: MINE, provision: THEIRS, write_back: THEIRS }).map(([step, leased]) =>
    of('claim', step, { ...one, ...classes, step, worker: 'w', most: TEN, lease: '30 seconds' }, TEN + leased),
  ),
  of('settle', 'ten leases', {
    ...held,
    ...attempt,
    step: 'callback',
    next_step: all('provision'),
    delay_ms: all(0),
    failed_step: all(null),
    whmcs_client_id: all('7'),
    service_ids: all('{}'),
  }),
  of('finish', 'ten leases', {
    ...held,
    ...attempt,
    step: 'callback',
    state: all('completed'),
    ended_at: all('callback'),
    whmcs_order_id: all(null),
  }),
  of('renew', 'ten leases', { ...held, lease: '30 seconds' }),
  of('release', 'ten leases', held),
  of('save-snapshots', 'ten leases', { ...held, content: all('{}') }),
  of(
    'rescue',
    'all that is open at two steps, and the clients',
    {
      ...one,
      most: 500,
      step: ['callback', 'write_back'].flatMap((step) => CLASSES.map(() => step)),
      priority: [...CLASSES, ...CLASSES],
      since: [...CLASSES, ...CLASSES].map(() => new Date(0)),
    },
    ALL_OPEN,
  ),
  of('forget-sessions', 'ten messages', held),
  of('sweep-sessions', 'all sessions', { most: 500 }, ALL_OPEN),
  of('backlog', 'counted no further than ten', { ...one, ...classes, step: 'callback', most: TEN }, TEN + MINE),
  of('read-before', 'ten', { ...one, ...classes, most: TEN }, TEN + MINE),
  of('read-orders', 'ten', held),
  of('outgrown', 'one table'),
  of('organizations', 'all'),
  of('begin-retire', 'a lock'),
  of('retire', 'a batch', { ...one, kept_for: '60 days' }, BATCH),
  of('pause', 'a step', { ...one, step: 'callback', lasting: '1 second', code: 'X', message: 'x', worker: 'w' }),
  of('resume', 'a step', { ...one, step: 'callback' }),
  of('current-pause', 'a step', { ...one, step: 'callback' }),
  of('pauses', 'all'),
  of('read-intent', 'an order', order),
  of('intend', 'an order', { ...order, ...sent, prior_order_ids: [], sends: 1, looks_needed: 2 }),
  of('record-refusal', 'an order', { ...order, sends: 1 }),
  of('record-search', 'an order', { ...order, sends: 1 }),
  of('record-order', 'an order', { ...order, ...sent, whmcs_order_id: '999999', adopted: false, accept_follows: true }),
  of('begin-accept', 'an order', { ...order, settle_time: '1 minute' }),
  of('known-orders', 'ten', { ...one, most: TEN }),
  of('known-clients', 'ten', { ...one, account_id: ten((i) => recordId(i)) }),
  of('read-client', 'an account', account),
  of('intend-client', 'an account', { ...account, sends: 0, looks_needed: 2 }),
  of('record-client', 'an account', { ...account, whmcs_client_id: '7', found_by: 'made' }),
  of('refuse-client', 'an account', { ...account, sends: 1 }),
  of('search-client', 'an account', { ...account, sends: 1 }),
  of('begin-pay', 'an order', { ...order, settle_time: '1 minute' }),
  of('begin-cancel', 'an order', { ...order, settle_time: '1 minute' }),
  of('record-cancelled', 'an order', order),
  of('want-cancel', 'ten', { ...one, order_id: ten((i) => recordId(i)), wanted: all(true) }),
  of('record-details', 'an order', { ...order, details: '{}' }),
  of('enter-mapping', 'one', { ...one, hash: 'h', content: '{}', worker: 'w' }),
  of('mappings', 'all'),
  of('recent-orders', 'ten', { ...one, most: TEN }, 10 * TEN),
  of('order-of', 'one', { ...one, whmcs_order_id: '999999' }),
  of('apply-finding', 'an order', { ...old, ...why }),
  of('counts', 'all that is open or dead', {}, COUNTED),
  of('dead-letters', 'all that is dead', {}, COUNTED - ALL_OPEN),
  of('recent', 'an hour of ninety days, and what is open', {}, ALL_OPEN + 100),
  of('known-changes', 'ten of long ago', {
    ...one,
    record_id: ten((i) => recordId(i + 7)),
    changed_at: all(LONG_AGO),
  }),
  of('ledger-since', 'all migrations'),
  of('swept', 'none of many for a day'),
  of('confirm', 'once'),
  of('known-sessions', 'ten', { pid: ten((i) => i) }),
  list('newest first', {}),
  list('the next page', {}, PAGE, { before_us: LONG_AGO.getTime() * 1_000, before_id: old.notification_id }),
  list('received since and until', { since: LONG_AGO, until: new Date() }),
  list('of any organization', { organization: null }),
  list('completed, below all that is open', { state: 'completed' }, ALL_OPEN),
  list('pending', { state: 'pending' }, ALL_OPEN),
  list('working', { state: 'working' }, ALL_OPEN),
  list('dead', { state: 'dead' }),
  list('ignored', { state: 'ignored' }),
  list('superseded, of which there is none', { state: 'superseded' }),
  list('dead by a code', { state: 'dead', code: 'WHMCS_ORDER_REFUSED' }),
  list('by a code', { code: 'WHMCS_ORDER_REFUSED' }, ALL_OPEN),
  list('by a code that nothing has', { code: 'WHMCS_PAYMENT_METHOD' }, ALL_OPEN),
  list('dead at a step where nothing died', { state: 'dead', step: 'callback' }, COUNTED),
  list('at a step, below all that is open', { step: 'write_back' }, 2 * ALL_OPEN),
  list('at callback: open, or ended there', { step: 'callback' }, 2 * ALL_OPEN),
  list('of a record', { record: old.record_id }),
  list('of a record, of any organization', { record: old.record_id, organization: null }),
  list('of an order by its number', { order: '7' }),
  list('of an order in WHMCS', { whmcsOrder: '7' }),
  list('of a door that nothing came through', { source: 'quick-action' }),
  list('of a door that a thousand came through', { source: 'sweep' }, ALL_OPEN),
  list('of a door that is not', { source: 'outbound-message' }, ALL_OPEN),
  list('with a priority that is rare', { priority: 'critical' }, ALL_OPEN),
  list('oldest first', {}, PAGE, { sort: 'receivedAt' }),
  list('oldest first, the next page', {}, PAGE, {
    ...{ sort: 'receivedAt', before_us: LONG_AGO.getTime() * 1_000, before_id: old.notification_id },
  }),
  list('dead, oldest first', { state: 'dead' }, PAGE, { sort: 'receivedAt' }),
  ...['nextAttemptAt', '-nextAttemptAt'].flatMap((sort) => [
    // So small a queue is read; sort-plans.test.ts has one for which the index is the shorter way.
    list(`pending, by ${sort}`, { state: 'pending' }, ALL_OPEN, { sort }),
    list(`at a step, by ${sort}`, { state: 'pending', step: 'provision' }, ALL_OPEN, { sort }),
  ]),
  ...['finalizedAt', '-finalizedAt'].flatMap((sort) => [
    list(`completed, by ${sort}`, { state: 'completed' }, PAGE, { sort }),
    list(`dead, by ${sort}`, { state: 'dead' }, PAGE, { sort }),
    list(`dead by a code, by ${sort}`, { state: 'dead', code: 'WHMCS_ORDER_REFUSED' }, PAGE, { sort }),
    list(`dead at a step where nothing died, by ${sort}`, { state: 'dead', step: 'callback' }, TEN, { sort }),
    list(`completed and received since, by ${sort}`, { state: 'completed', since: LONG_AGO }, PAGE, { sort }),
  ]),
  // 'account 4999 ltd' and the like: of 20,000 accounts.
  list('with that of an account', { text: 'ccount 1999' }, ALL_OPEN),
  list('with a word that many errors have', { text: 'draft' }, ALL_OPEN),
  list('with the number in an error', { text: '201: whmcs refused' }, ALL_OPEN),
  list('with a word that no message and no account has', { text: 'zebra' }, ALL_OPEN),
  of(
    'count-where',
    'dead by a code',
    { filter: JSON.stringify({ ...one, organization_id: undefined, state: 'dead' }) },
    COUNTED,
  ),
  of('failures', 'all that is dead', {}, COUNTED - ALL_OPEN),
  of(
    'throughput',
    'an hour',
    { since: new Date(Date.now() - 3_600_000), until: new Date(), bucket: '1 minute' },
    2 * ALL_OPEN,
  ),
  of('audit', 'newest first', { most: PAGE }, PAGE),
  of('audit', 'of somebody who did nothing', { most: PAGE, actor: 'nobody' }, 1),
  of('audit', 'of a kind that there was none of', { most: PAGE, act: 'dismiss' }, 1),
  of('audit', 'of a notification', { most: PAGE, notification_id: old.notification_id }, PAGE),
  of('audit', 'of a record', { most: PAGE, record_id: old.record_id }, PAGE),
  of('tasks', 'newest first', { most: PAGE }),
  of('start-replay', 'by a code', { filter: '{"code": "WHMCS_ORDER_REFUSED"}', ...why, priority: 'batch' }, COUNTED),
  of('work-replays', 'none', { most: 100 }),
  of('claim-resolve', 'none', { worker: 'w', lease: '1 minute' }),
  of('finish-resolve', 'none', { worker: 'w', task_id: 1 }),
  of('set-priority', 'one', {
    ...one,
    notification_id: notificationId(OPEN.from),
    priority: 'critical',
    acting: why.acting,
  }),
  of('pause-step', 'a step', { ...one, step: 'callback', ...why }),
  of('keep-details', 'ten', {
    ...held,
    worker: undefined,
    lease_no: undefined,
    attempt_no: all(1),
    exchanges: all('[]'),
  }),
  // A day of ninety, each hour of it by itself.
  of('sum-hours', 'a day', { most: 24, kept_for: '400 days' }, 2 * ALL_OPEN),
  of('forget-details', 'none', { kept_for: '30 days' }),
  of('heartbeat', 'one', { worker: 'w', version: '1', marker: 'none' }),
  of('leave', 'one', { worker: 'w' }),
  of('workers', 'all'),
  of('standing', 'all'),
  of('show', 'by its id', { ...one, id: old.notification_id }),
  of('show', 'by its record', { ...one, id: old.record_id }),
  of('show', 'by its id, of any organization', { id: old.notification_id }),
  of('attempts-of', 'one', old),
  of('acts-of', 'one', old),
  of('replay', 'one', { ...one, notification_id: notificationId(1), ...why }),
  of('cancel', 'one', { ...one, notification_id: notificationId(DEAD_ONE), ...why }),
  of('dismiss', 'one', { ...one, notification_id: notificationId(DEAD_ONE), ...why }),
]
