/** What provision does after an AddOrder whose answer was lost: where exactly-once is won. */
import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { createSituation, NOTHING, SETTLE_SECONDS } from '../../helpers/provision.ts'

const MARKED = { all: ['900', '1001'], marked: ['1001'] }
const done = { kind: 'advance', step: 'write_back', whmcsOrderId: '1001' }
const wait = (seconds: number) => ({ kind: 'wait', seconds, code: 'WHMCS_OUTCOME_UNKNOWN' })

t.test('provision gives WHMCS time to end before it looks', async (t) => {
  const { run, steps } = createSituation({ intent: { secondsSinceSent: 10 }, found: MARKED })
  t.match(await run(), wait(SETTLE_SECONDS - 10))
  t.equal(steps(), '')
})

t.test('provision adopts what it finds then, without sending again', async (t) => {
  for (const looks of [0, 1]) {
    const { run, steps } = createSituation({ intent: { looks }, found: MARKED })
    t.match(await run(), { ...done, note: 'found in WHMCS and accepted' })
    t.equal(steps(), `${looks ? 'SEARCH-BOTH' : 'SEARCH'} recordOrder LOOK beginAccept ACCEPT SERVICES`)
  }
})

t.test('provision looks twice, with time between, before it sends again', async (t) => {
  const first = createSituation({ intent: {} })
  t.match(await first.run(), wait(SETTLE_SECONDS))
  t.equal(first.steps(), 'SEARCH recordSearch')
  t.same(first.trace[1], ['recordSearch', 1])

  const soon = createSituation({ intent: { looks: 1, secondsSinceSent: 400, secondsSinceLook: 100 } })
  t.match(await soon.run(), wait(200))
  t.equal(soon.steps(), '')

  const second = createSituation({ intent: { looks: 1, secondsSinceSent: 900, secondsSinceLook: SETTLE_SECONDS } })
  t.match(await second.run(), done)
  t.equal(second.steps(), 'SEARCH-BOTH recordSearch intend ADD recordOrder ACCEPT SERVICES')
  t.match(second.trace[2], ['intend', '1001', { sends: 1, looksNeeded: 2 }])
})

t.test('provision without a marker sends again only where the client has no new order', async (t) => {
  const none = createSituation({ intent: { looks: 1 }, found: { all: ['900'] } })
  t.match(await none.run(), done)
  t.equal(none.steps(), 'SEARCH-BOTH recordSearch intend ADD recordOrder ACCEPT SERVICES')

  for (const looks of [0, 1]) {
    const { run, steps } = createSituation({ intent: { looks }, found: { all: ['900', '901', '902'] } })
    await t.rejects(run(), { code: 'WHMCS_ORDER_AMBIGUOUS', message: /may be one of the WHMCS orders 901, 902,/ })
    t.equal(steps(), looks ? 'SEARCH-BOTH' : 'SEARCH')
  }
})

t.test('provision without a marker sends the first time, whatever the client has', async (t) => {
  const { run, trace } = createSituation({ found: { all: ['900', '901'] } })
  t.match(await run(), done)
  t.match(trace[1], ['intend', '1001', { priorOrderIds: ['900', '901'] }])
})

t.test("provision looks among the former client's orders too, when the account's link was mended since", async (t) => {
  const intent = { whmcsClientId: '7', looks: 1 }
  const theirs = createSituation({ intent, foundOf: { 7: MARKED, 1001: NOTHING } })
  await t.rejects(theirs.run(), { code: 'WHMCS_ORDER_AMBIGUOUS', message: /WHMCS orders 1001,/ })
  t.equal(theirs.steps(), 'SEARCH-BOTH SEARCH-BOTH')

  const unmarked = createSituation({ intent, foundOf: { 7: { all: ['900', '901'] }, 1001: { all: [] } } })
  await t.rejects(unmarked.run(), { code: 'WHMCS_ORDER_AMBIGUOUS', message: /WHMCS orders 901,/ })

  const nowhere = createSituation({ intent })
  t.match(await nowhere.run(), done)
  t.equal(nowhere.steps(), 'SEARCH-BOTH SEARCH-BOTH recordSearch intend ADD recordOrder ACCEPT SERVICES')
  t.match(nowhere.trace[3], ['intend', '1001'])
})

t.test('provision sends again only what both lists of WHMCS agree not to have', async (t) => {
  const disagree = createSituation({ intent: { looks: 1 }, found: { ...NOTHING, unmatched: ['900', '1001'] } })
  await t.rejects(disagree.run(), { code: 'WHMCS_ORDER_AMBIGUOUS', message: /WHMCS orders 1001, which/ })
  t.equal(disagree.steps(), 'SEARCH-BOTH')

  const before = createSituation({ intent: { looks: 1 }, found: { ...NOTHING, unmatched: ['900'] } })
  t.match(await before.run(), done, 'what was there before the sending is none of it')

  const partly = createSituation({ intent: { looks: 1 }, found: { ...NOTHING, incomplete: 'GetOrders counts 9' } })
  await t.rejects(partly.run(), { code: 'WHMCS_ORDER_AMBIGUOUS', message: /does not tell of all orders: GetOrders/ })
})

t.test('provision takes words that nobody knows for a no when they come again after a search in vain', async (t) => {
  const words = (n: number) => `AddOrder: Stock check ${n} failed`
  const addThrows = new Failure('WHMCS_ANSWER_UNKNOWN', { detail: words(7) })
  const lastFailure = { code: 'WHMCS_ANSWER_UNKNOWN', message: words(3) }

  const first = createSituation({ addThrows })
  await t.rejects(first.run(), { code: 'WHMCS_ANSWER_UNKNOWN' })
  t.equal(first.steps(), 'SEARCH intend ADD', 'it may have been made')

  const looking = createSituation({ intent: {} })
  t.match(await looking.run({ lastFailure }), { kind: 'wait', ...lastFailure }, 'the words are kept while it waits')

  const again = createSituation({ intent: { looks: 1 }, addThrows })
  await t.rejects(again.run({ lastFailure }), { code: 'WHMCS_ORDER_REFUSED', message: words(7) })
  t.equal(again.steps(), 'SEARCH-BOTH recordSearch intend ADD recordRefusal')

  const other = createSituation({ intent: { looks: 1 }, addThrows })
  const before = { ...lastFailure, message: 'AddOrder: Something else' }
  await t.rejects(other.run({ lastFailure: before }), { code: 'WHMCS_ANSWER_UNKNOWN' })
  t.equal(other.steps(), 'SEARCH-BOTH recordSearch intend ADD', 'other words prove nothing')
})
