/** Each statement as the service asks it, ten at a time where it takes many, and how many rows it is about. */
import { ORGANIZATION } from '../../helpers/messages.ts'
import { notificationId, recordId } from '../../helpers/old-ledger.ts'

export interface Case {
  query: string
  /** In the order of the parameters; what tells it from the others of its statement comes first. */
  title: string
  values: unknown[]
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
const nulls = all(null)
const organizations = all(ORGANIZATION)
/** Ten of the leases of `w`. */
const held = [organizations, ten((i) => notificationId(OPEN.from + i)), all(1)]
/** An order that ended long ago. */
const old = { organization: ORGANIZATION, record: recordId(7), notification: notificationId(7) }
const LONG_AGO = new Date(Date.now() - 45 * 86_400_000)
const PAGE = 50
/** What `retire` removes at a time. */
const BATCH = 500
/** All that is open or dead, of 50,000. */
const COUNTED = OPEN.to - OPEN.from + 250

const of = (query: string, title: string, values: unknown[], about = TEN): Case => ({ query, title, values, about })
const list = (title: string, filter: { [name in keyof typeof NO_FILTER]?: unknown }, about = PAGE): Case => {
  const { state, step, code, record, before, id, organization, since, until } = { ...NO_FILTER, ...filter }
  return of('list', title, [state, step, code, record, before, id, PAGE, organization, since, until], about)
}
const NO_FILTER = {
  state: null,
  step: null,
  code: null,
  record: null,
  before: null,
  id: null,
  organization: ORGANIZATION,
  since: null,
  until: null,
}

export const CASES: Case[] = [
  of('record', 'ten new messages', [
    organizations,
    all('outbound-message'),
    all('04k000000000001AAA'),
    nulls,
    nulls,
    nulls,
    ten((i) => i + 1),
    ten((i) => notificationId(2_000_000 + i)),
    all('Order'),
    ten((i) => recordId(2_000_000 + i)),
    all('{}'),
    nulls,
    nulls,
  ]),
  of('claim', 'callback', [ORGANIZATION, 'callback', 'w', TEN, '30 seconds']),
  of('claim', 'provision', [ORGANIZATION, 'provision', 'w', TEN, '30 seconds']),
  of('claim', 'write_back', [ORGANIZATION, 'write_back', 'w', TEN, '30 seconds']),
  of('settle', 'ten leases', [
    'w',
    'callback',
    ...held,
    all('pending'),
    all('provision'),
    all(0),
    all(0),
    nulls,
    nulls,
    nulls,
    all('7'),
    nulls,
    all('advanced'),
    nulls,
    nulls,
    all('{}'),
  ]),
  of('renew', 'ten leases', ['w', ...held, '30 seconds']),
  of('release', 'ten leases', ['w', ...held]),
  of('save-snapshots', 'ten leases', ['w', ...held, all('{}')]),
  of('rescue', 'all leases', [ORGANIZATION, 500], MINE + THEIRS),
  of('forget-sessions', 'ten messages', [organizations, ten((i) => OPEN.from + i)]),
  of('sweep-sessions', 'all sessions', [500], OPEN.to - OPEN.from),
  of('backlog', 'counted no further than ten', [ORGANIZATION, 'callback', TEN]),
  of('read-before', 'ten', [ORGANIZATION, TEN]),
  of('read-orders', 'ten', [organizations, ten((i) => recordId(OPEN.from + i))]),
  of('outgrown', 'one table', []),
  of('organizations', 'all', []),
  of('confirm', 'once', []),
  of('known-sessions', 'ten', [ten((i) => i)]),
  of('begin-retire', 'a lock', []),
  of('retire', 'a batch', [ORGANIZATION, '60 days', null], BATCH),
  of('pause', 'a step', ['callback', '1 second', 'X', 'x', 'w']),
  of('resume', 'a step', ['callback']),
  of('current-pause', 'a step', ['callback']),
  of('pauses', 'all', []),
  of('read-intent', 'an order', [old.organization, old.record]),
  of('intend', 'an order', [old.organization, old.record, '7', '{}', 'h', [], 1, 2]),
  of('record-refusal', 'an order', [old.organization, old.record, 1]),
  of('record-search', 'an order', [old.organization, old.record, 1]),
  of('record-order', 'an order', [old.organization, old.record, '7', '999999', false, '{}', 'h']),
  of('begin-accept', 'an order', [old.organization, old.record, '1 minute']),
  of('known-orders', 'ten', [old.organization, TEN]),
  of('order-of', 'one', [old.organization, '999999']),
  of('record-correction', 'one', [old.organization, old.notification, 'mistyped', 'anna']),
  of('resolve', 'an order', [old.organization, old.record, null]),
  of('known-changes', 'ten of long ago', [ORGANIZATION, ten((i) => recordId(i + 7)), ten(() => LONG_AGO)]),
  of('ledger-since', 'all migrations', []),
  of('swept', 'none', []),
  of('counts', 'all that is open or dead', [], COUNTED),
  of('recent', 'an hour of ninety days, and what is open', [], OPEN.to - OPEN.from + 100),
  list('newest first', {}),
  list('the next page', { before: LONG_AGO, id: old.notification }),
  list('received since and until', { since: LONG_AGO, until: new Date() }),
  list('received long ago', { until: LONG_AGO }),
  list('of any organization', { organization: null }),
  list('completed, below all that is open', { state: 'completed' }, OPEN.to - OPEN.from),
  list('pending', { state: 'pending' }, OPEN.to - OPEN.from),
  list('working', { state: 'working' }, MINE + THEIRS),
  list('dead', { state: 'dead' }),
  list('ignored', { state: 'ignored' }),
  list('superseded, of which there is none', { state: 'superseded' }),
  list('dead by a code', { state: 'dead', code: 'WHMCS_ORDER_REFUSED' }),
  list('by a code', { code: 'WHMCS_ORDER_REFUSED' }),
  list('by a code that nothing has', { code: 'WHMCS_PAYMENT_METHOD' }),
  list('dead at a step where nothing died', { state: 'dead', step: 'callback' }, COUNTED),
  list('of a record', { record: old.record }),
  list('of a record, of any organization', { record: old.record, organization: null }),
  of('show', 'by its id', [old.organization, old.notification]),
  of('show', 'by its record', [old.organization, old.record]),
  of('show', 'by its id, of any organization', [null, old.notification]),
  of('attempts-of', 'one', [old.organization, old.notification]),
  of('replays-of', 'one', [old.organization, old.notification]),
  of('replay', 'one', [old.organization, notificationId(1), 'mended', null, 'anna']),
]
