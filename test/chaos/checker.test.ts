import t, { type Test } from 'tap'
import { salesforceId } from '../helpers/messages.ts'
import { createLedger } from '../helpers/postgres.ts'
import type { WhmcsOrder } from '../simulators/whmcs.ts'
import { type Checked, check, type Row } from './checker.ts'
import { createHistory } from './load.ts'
import type { End } from './orders.ts'

const ORDER = salesforceId('801', 1)
const NOTIFICATION = salesforceId('04l', 1)
const WHMCS_ORDER: WhmcsOrder = {
  ...{ id: 1001, ordernum: 1, clientId: 7, status: 'Active', notes: `sfOrderId=${ORDER}`, invoiceId: 0 },
  ...{ paymentMethod: 'mailin', date: '2026-03-01 12:00:00', asked: {}, services: [] },
}
const ROW: Row = {
  ...{ notification_id: NOTIFICATION, record_id: ORDER, state: 'completed', step: 'write_back', lease_no: 3 },
  ...{ whmcs_order_id: '1001', superseded_by: null, attempts: 3, highest_attempt: 3, sends: 1 },
}
const PROVISIONED = { Provisioning_Status__c: 'Provisioned', WHMCS_Order_ID__c: '1001' }

interface Situation {
  rows: Row[]
  orders: WhmcsOrder[]
  record: Record<string, unknown>
  end: End
  sent: number
  unacked: string[]
  stuck: string | undefined
}

/** What the checker says of one order that went well, but for these changes. */
async function contradictions(t: Test, changes: Partial<Situation> = {}): Promise<string[]> {
  const { rows = [ROW], orders = [WHMCS_ORDER], record = PROVISIONED, end = 'provisioned' } = changes
  const { pool } = await createLedger(t)
  const history = createHistory()
  history.orders.set(ORDER, end)
  history.acked.set(NOTIFICATION, ORDER)
  history.unacked.push(...(changes.unacked ?? []))
  const checked: Checked = {
    pool,
    salesforce: { record: () => record },
    whmcs: {
      orders: () => orders,
      ordersFor: (id) => orders.filter(({ notes }) => notes === `sfOrderId=${id}`),
      clients: () => [],
      invoices: () => [],
      mistakes: [],
    },
    sent: new Map([[ORDER, changes.sent ?? 1]]),
    history,
  }
  const quiet = { rows, ...(changes.stuck !== undefined && { stuck: changes.stuck }) }
  return (await check(quiet, checked)).map(({ kind, what }) => `${kind}: ${what}`)
}

t.test('check finds nothing where all went well', async (t) => {
  t.same(await contradictions(t), [])
})

t.test('check finds nothing where an order failed or was ignored as it should', async (t) => {
  const failed = { ...ROW, state: 'dead', whmcs_order_id: null, sends: null }
  const record = { Provisioning_Status__c: 'Failed' }
  t.same(await contradictions(t, { end: 'failed', rows: [failed], orders: [], record, sent: 0 }), [])
  const ignored = { ...failed, state: 'ignored' }
  t.same(await contradictions(t, { end: 'ignored', rows: [ignored], orders: [], record: {}, sent: 0 }), [])
})

const BROKEN: Record<string, { changes: Partial<Situation>; says: RegExp }> = {
  'an Acked notification that is not in the ledger': {
    changes: { rows: [{ ...ROW, notification_id: salesforceId('04l', 2) }] },
    says: /^acked-lost: notification 04l\w+ was Acked/,
  },
  'an order that WHMCS has twice': {
    changes: { orders: [WHMCS_ORDER, { ...WHMCS_ORDER, id: 1002 }] },
    says: /^doubled: order 801\w+ is in WHMCS as 1001, 1002$/,
  },
  'an order in WHMCS that nobody asked for': {
    changes: { orders: [WHMCS_ORDER, { ...WHMCS_ORDER, id: 1002, notes: '' }] },
    says: /^doubled: WHMCS order 1002 belongs to no order/,
  },
  'a notification that is open still': {
    changes: { rows: [ROW, { ...ROW, notification_id: salesforceId('04l', 2), state: 'pending' }] },
    says: /^stuck: notification 04l\w+ is pending at write_back$/,
  },
  'a ledger that never came to rest': { changes: { stuck: '1 is open' }, says: /^stuck: 1 is open$/ },
  'a message that was never Acked': { changes: { unacked: ['04l'] }, says: /^stuck: notification 04l was never/ },
  'an order that was sent without an intent': { changes: { sent: 2 }, says: /^broken: order .* sent 2 times/ },
  'a lease without its attempt': {
    changes: { rows: [{ ...ROW, attempts: 2 }] },
    says: /^broken: notification \w+ had 3 leases, but 2 attempts up to 3$/,
  },
  'a dead letter that should be an order': {
    changes: { rows: [{ ...ROW, state: 'dead' }] },
    says: /^untrue: order \w+ should end as completed, but notification \w+ is dead$/,
  },
  'an order that waits in WHMCS': {
    changes: { orders: [{ ...WHMCS_ORDER, status: 'Pending' }] },
    says: /^untrue: order \w+ should be Active in WHMCS, but is Pending$/,
  },
  'a Salesforce that knows nothing of it': {
    changes: { record: { ...PROVISIONED, Provisioning_Status__c: 'Activating' } },
    says: /^untrue: order \w+ should be Provisioned in Salesforce, but is Activating$/,
  },
  'a Salesforce that knows another WHMCS order': {
    changes: { record: { ...PROVISIONED, WHMCS_Order_ID__c: '7' } },
    says: /^untrue: order \w+ is WHMCS order 1001, but Salesforce says 7$/,
  },
  'a ledger that knows another WHMCS order': {
    changes: { rows: [{ ...ROW, whmcs_order_id: '7' }] },
    says: /^untrue: order \w+ is WHMCS order 1001, but the ledger says 7$/,
  },
  'a notification that is superseded by nothing': {
    changes: {
      rows: [ROW, { ...ROW, notification_id: salesforceId('04l', 2), state: 'superseded', superseded_by: '04l' }],
    },
    says: /^untrue: notification \w+ is superseded by 04l, which does not carry it$/,
  },
}

for (const [what, { changes, says }] of Object.entries(BROKEN)) {
  t.test(`check finds ${what}`, async (t) => {
    const [first, ...others] = await contradictions(t, changes)
    t.match(first, says)
    t.same(others, [])
  })
}
