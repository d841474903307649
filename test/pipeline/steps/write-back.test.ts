import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { createWriteBack, type Report } from '../../../src/pipeline/steps/write-back.ts'
import { ORDER, workItem } from '../../helpers/items.ts'

const OTHER = '801Ss00000Zz9YyIAJ'
const { signal } = new AbortController()
const provisioned = workItem({ step: 'write_back', whmcsOrderId: '1001', serviceIds: { item: '2001' } })
const failed = workItem({
  step: 'write_back',
  recordId: OTHER,
  failed: { step: 'provision', code: 'ORDER_EMPTY', message: 'has no items' },
})

function build(refused: Map<string, Failure> = new Map()) {
  const asked: { reports: Report[]; sessions: string[] }[] = []
  const run = createWriteBack({
    reports: {
      async write(reports, sessions) {
        asked.push({ reports, sessions })
        return refused
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
