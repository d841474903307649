import t from 'tap'
import { type AskedFilter, readFilter } from '../../src/operations/filter.ts'
import { listNotifications } from '../../src/operations/list.ts'
import { readSort, SORTS, sortTimes } from '../../src/operations/sort.ts'

const filterOf = (asked: AskedFilter) => readFilter(asked, new Date('2026-11-25T12:00:00Z'))

t.test('readSort takes the newest first where nothing is said, and an order that goes with the filter', async (t) => {
  t.equal(readSort(undefined, filterOf({})), '-receivedAt')
  t.equal(readSort('receivedAt', filterOf({ text: 'x', source: 'sweep' })), 'receivedAt')
  t.equal(readSort('nextAttemptAt', filterOf({ state: 'pending', step: 'provision' })), 'nextAttemptAt')
  t.equal(readSort('-finalizedAt', filterOf({ state: 'dead', code: 'ORDER_EMPTY', since: '7d' })), '-finalizedAt')
})

t.test('readSort refuses what is no order, and what would have to be sorted first', async (t) => {
  const cases: [string, AskedFilter, RegExp][] = [
    ['errorCode', {}, /^sort: 'errorCode' is none of -receivedAt, receivedAt/],
    ['nextAttemptAt', {}, /^sort: nextAttemptAt goes with state pending \(and step, /],
    ['nextAttemptAt', { state: 'dead' }, /^sort: /],
    [
      'finalizedAt',
      { state: 'completed', code: 'X' },
      /^sort: finalizedAt goes with state completed \(and organization/,
    ],
    ['-finalizedAt', { state: 'dead', text: 'x' }, /and with no other filter$/],
    ['-finalizedAt', { state: 'ignored' }, /^sort: /],
  ]
  for (const [sort, asked, message] of cases)
    t.throws(() => readSort(sort, filterOf(asked)), { kind: 'invalid', message }, `${sort} ${JSON.stringify(asked)}`)
})

t.test('sortTimes names what a list can be in order of', async (t) => {
  t.same(sortTimes(filterOf({})), ['receivedAt'])
  t.same(sortTimes(filterOf({ state: 'working' })), ['receivedAt', 'nextAttemptAt'])
  t.same(sortTimes(filterOf({ state: 'dead' })), ['receivedAt', 'finalizedAt'])
  t.same(sortTimes(filterOf({ state: 'dead', text: 'x' })), ['receivedAt'])
})

t.test('listNotifications refuses the cursor of another order', async (t) => {
  const asked: unknown[] = []
  const at = new Date()
  const ledger = {
    async list(_filter: unknown, page: object) {
      asked.push(page)
      return ['a', 'b'].map((notificationId, i) => ({
        microseconds: String(i),
        notification: { ...NOTIFICATION, notificationId, receivedAt: at },
      }))
    },
  }
  for (const sort of SORTS) {
    const filter = filterOf(
      sort.endsWith('receivedAt') ? {} : sort.endsWith('nextAttemptAt') ? { state: 'pending' } : { state: 'dead' },
    )
    const { next } = await listNotifications(ledger, filter, { limit: 1, sort })
    await listNotifications(ledger, filter, { limit: 1, sort, after: next })
    t.match(asked.at(-1), { sort, before: { microseconds: '0', notificationId: 'a' } })
    const other = sort === 'receivedAt' ? '-receivedAt' : 'receivedAt'
    await t.rejects(listNotifications(ledger, filter, { limit: 1, sort: other, after: next }), { message: /^after: / })
  }
})

const NOTIFICATION = {
  ...{ organizationId: '00D', source: 'sweep', recordType: 'Order', recordId: undefined, orderNumber: undefined },
  ...{ accountName: undefined, state: 'dead', step: 'callback', priority: 'normal', attempts: 0, errorCode: undefined },
  ...{ errorMessage: undefined, whmcsOrderId: undefined, nextAttemptAt: undefined, finalizedAt: undefined },
}
