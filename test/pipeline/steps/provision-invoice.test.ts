import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { rulesOf } from '../../helpers/mapping.ts'
import { createSituation, SETTLE_SECONDS, type Situation } from '../../helpers/provision.ts'

const PAYS = rulesOf({ invoice: { mode: 'created-and-paid', transactionId: 'pi_1', gateway: 'stripe' } })
const WAITS = rulesOf({ invoice: 'wait-for-payment' })
const THERE = { invoiceId: '7001' }

async function play(situation: Situation) {
  const { run, steps, trace } = createSituation({ rules: PAYS, there: THERE, ...situation })
  const outcome = await run().catch((error: unknown) => error)
  return { steps: steps(), outcome, trace }
}

t.test('an order whose invoice is to be settled is paid before it is accepted, and not accepted at once', async (t) => {
  const { steps, trace } = await play({})
  t.equal(steps, 'SEARCH intend ADD recordOrder LOOK INVOICE beginPay PAY beginAccept ACCEPT SERVICES')
  t.same(trace[3], ['recordOrder', { whmcsOrderId: '1001', adopted: false, accept: 'later' }])
  t.same(trace[7], ['PAY', { invoiceId: '7001', transactionId: 'pi_1', gateway: 'stripe' }])
})

t.test('what is paid already is not paid again', async (t) => {
  const paid = await play({ invoice: { status: 'paid', statusText: 'Paid' } })
  t.equal(paid.steps, 'SEARCH intend ADD recordOrder LOOK INVOICE beginAccept ACCEPT SERVICES')
  t.match((await play({ paidBy: ['7001'] })).outcome, { code: 'INVOICE_UNSETTLED' })
  t.match((await play({ paidBy: ['7000'] })).outcome, { code: 'PAYMENT_USED' })
  t.match((await play({ payThrows: new Failure('WHMCS_OUTCOME_UNKNOWN') })).outcome, { code: 'WHMCS_OUTCOME_UNKNOWN' })
})

t.test('an order waits for its payment, the longer the less often', async (t) => {
  const wait = async (secondsSinceSent: number) => {
    const { outcome } = await play({
      rules: WAITS,
      intent: { state: 'added', whmcsOrderId: '1001', secondsSinceSent },
    })
    return outcome
  }
  t.match(await wait(0), { kind: 'wait', code: 'INVOICE_OPEN', seconds: SETTLE_SECONDS, message: /7001 is Unpaid/ })
  t.match(await wait(10_000), { seconds: 1_000 })
  t.match(await wait(1_000_000), { seconds: 3_600 })
})

t.test('an order without an invoice is accepted where it costs nothing, and else is for a person', async (t) => {
  t.equal(
    (await play({ rules: WAITS, there: { amount: '0.00' } })).steps,
    'SEARCH intend ADD recordOrder LOOK beginAccept ACCEPT SERVICES',
  )
  t.match((await play({ rules: WAITS, there: {} })).outcome, { code: 'INVOICE_MISSING' })
  t.match((await play({ rules: WAITS, invoice: { status: 'ended', statusText: 'Refunded' } })).outcome, {
    code: 'INVOICE_ENDED',
  })
})
