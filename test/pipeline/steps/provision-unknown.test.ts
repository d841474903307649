/** What provision does after an AddOrder whose answer was lost: where exactly-once is won. */
import t from 'tap'
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
    t.equal(steps(), 'SEARCH added STATUS accepting ACCEPT SERVICES')
  }
})

t.test('provision looks twice, with time between, before it sends again', async (t) => {
  const first = createSituation({ intent: {} })
  t.match(await first.run(), wait(SETTLE_SECONDS))
  t.equal(first.steps(), 'SEARCH looked')
  t.same(first.trace[1], ['looked', 1])

  const soon = createSituation({ intent: { looks: 1, secondsSinceSent: 400, secondsSinceLook: 100 } })
  t.match(await soon.run(), wait(200))
  t.equal(soon.steps(), '')

  const second = createSituation({ intent: { looks: 1, secondsSinceSent: 900, secondsSinceLook: SETTLE_SECONDS } })
  t.match(await second.run(), done)
  t.equal(second.steps(), 'SEARCH looked intend ADD added ACCEPT SERVICES')
  t.match(second.trace[2], ['intend', '1001', { sends: 1, looksNeeded: 2 }])
})

t.test('provision without a marker sends again only where the client has no new order', async (t) => {
  const none = createSituation({ intent: { looks: 1 }, found: { all: ['900'] } })
  t.match(await none.run(), done)
  t.equal(none.steps(), 'SEARCH looked intend ADD added ACCEPT SERVICES')

  for (const looks of [0, 1]) {
    const { run, steps } = createSituation({ intent: { looks }, found: { all: ['900', '901', '902'] } })
    await t.rejects(run(), { code: 'WHMCS_ORDER_AMBIGUOUS', message: /may be one of the WHMCS orders 901, 902,/ })
    t.equal(steps(), 'SEARCH')
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
  t.equal(theirs.steps(), 'SEARCH SEARCH')

  const unmarked = createSituation({ intent, foundOf: { 7: { all: ['900', '901'] }, 1001: { all: [] } } })
  await t.rejects(unmarked.run(), { code: 'WHMCS_ORDER_AMBIGUOUS', message: /WHMCS orders 901,/ })

  const nowhere = createSituation({ intent })
  t.match(await nowhere.run(), done)
  t.equal(nowhere.steps(), 'SEARCH SEARCH looked intend ADD added ACCEPT SERVICES')
  t.match(nowhere.trace[3], ['intend', '1001'])
})
