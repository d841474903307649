import t from 'tap'
import type { FailureCode } from '../../../src/domain/codes.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { createWriteBack, type Report, toOutcome, toReport } from '../../../src/pipeline/steps/write-back.ts'
import { ORDER, workItem } from '../../helpers/items.ts'

const OTHER = '801Ss00000Zz9YyIAJ'
const { signal } = new AbortController()
const provisioned = workItem({ step: 'write_back', whmcsOrderId: '1001', serviceIds: { item: '2001' } })
const failed = workItem({
  step: 'write_back',
  recordId: OTHER,
  failed: { step: 'provision', code: 'ORDER_EMPTY', message: 'has no items' },
})

function build(refused: Map<string, Failure> = new Map(), unlinked: Map<string, Failure> = new Map()) {
  const asked: { reports: Report[]; sessions: string[] }[] = []
  const run = createWriteBack({
    reports: {
      async write(reports, sessions) {
        asked.push({ reports, sessions })
        return { refused, unlinked }
      },
    },
  })
  return { run, asked }
}

t.test('write-back reports a batch with one call, and completes or buries each', async (t) => {
  const { run, asked } = build()
  t.same(await run([provisioned, { ...failed, sessionId: 'session' }], signal), [
    { kind: 'complete' },
    { kind: 'bury' },
  ])
  t.same(asked, [
    {
      reports: [
        { orderId: ORDER, kind: 'provisioned', whmcsOrderId: '1001', serviceIds: { item: '2001' } },
        { orderId: OTHER, kind: 'failed', code: 'ORDER_EMPTY', message: 'has no items' },
      ],
      sessions: ['session'],
    },
  ])
})

t.test('write-back reports the WHMCS order of what failed after it was made', async (t) => {
  const { run, asked } = build()
  await run([{ ...failed, whmcsOrderId: '1001' }], signal)
  t.match(asked[0]?.reports, [{ kind: 'failed', whmcsOrderId: '1001' }])
})

t.test('write-back reports no services where none are known', async (t) => {
  const { run, asked } = build()
  await run([workItem({ step: 'write_back', whmcsOrderId: '1001' })], signal)
  t.match(asked[0]?.reports, [{ kind: 'provisioned', serviceIds: {} }])
})

t.test('write-back fails the order that Salesforce refused to change, and no other', async (t) => {
  const failure = new Failure('SALESFORCE_ROW_LOCKED')
  const { run } = build(new Map([[OTHER, failure]]))
  t.same(await run([provisioned, failed], signal), [{ kind: 'complete' }, { kind: 'fail', failure }])
})

t.test('write-back sends back to callback what WHMCS does not have, and reports nothing of it', async (t) => {
  const { run, asked } = build()
  t.same(await run([workItem({ step: 'write_back' })], signal), [{ kind: 'refresh' }])
  t.same(asked, [])
})

t.test('write-back completes with a warning what lacks a service id', async (t) => {
  const failure = new Failure('SALESFORCE_FIELD_REFUSED', { record: 'OrderItem 802', detail: 'no' })
  const { run } = build(new Map(), new Map([[ORDER, failure]]))
  t.match(await run([provisioned], signal), [
    { kind: 'complete', note: 'Warning: a service id was not written. OrderItem 802 no' },
  ])
})

t.test(
  'toOutcome tries a service id again that may pass, but not for long, and pauses for the organisation',
  async (t) => {
    const outcome = (code: FailureCode, attempts: number) =>
      toOutcome({ ...provisioned, attempts }, { refused: new Map(), unlinked: new Map([[ORDER, new Failure(code)]]) })
    for (const attempts of [0, 1]) t.match(outcome('SALESFORCE_ROW_LOCKED', attempts), { kind: 'fail' })
    t.match(outcome('SALESFORCE_ROW_LOCKED', 2), { kind: 'complete', note: /^Warning/ })
    t.match(outcome('SALESFORCE_MAINTENANCE', 9), { kind: 'fail', failure: { code: 'SALESFORCE_MAINTENANCE' } })
  },
)

t.test('toReport says nothing of an order that the login can not see', async (t) => {
  const hidden = { step: 'callback', code: 'ORDER_NOT_VISIBLE', message: 'hidden' } as const
  const item = workItem({ step: 'write_back', failed: hidden })
  t.equal(toReport(item), undefined)
  const { run, asked } = build()
  t.same(await run([item], signal), [{ kind: 'bury' }])
  t.same(asked, [])
})
