import t from 'tap'
import type { Settlement } from '../../../src/domain/outcome.ts'
import { createReport } from '../../../src/pipeline/stage/report.ts'
import { ORDER, workItem } from '../../helpers/items.ts'
import { keepLog } from '../../helpers/log.ts'

function reported(attempt: Settlement['attempt'], more: Partial<Settlement> = {}) {
  const log = keepLog()
  const counted: object[] = []
  const ended: object[] = []
  const settlement: Settlement = { state: 'pending', step: 'provision', delayMs: 0, attempts: 0, ...more, attempt }
  const item = workItem({ step: 'provision', leaseNo: 3, sessionId: 'secret' })
  const report = createReport({
    organization: 'acme',
    log,
    metrics: { attempted: (one) => counted.push(one), ended: (one) => ended.push(one) },
    now: () => item.receivedAt.getTime() + 95_000,
  })
  report({ item, settlement, ms: 1234.5 })
  return { log, counted, ended }
}

t.test('report gives one line an attempt, with every fact and no session', async (t) => {
  const { log, counted } = reported(
    { outcome: 'retry', code: 'WHMCS_UNREACHABLE', message: 'no' },
    { whmcsOrderId: '1001' },
  )
  t.same(log.lines, ['info notification.attempted'])
  t.same(log.facts, [
    {
      notificationId: '04lSs00000Aa01xIAB',
      recordId: ORDER,
      step: 'provision',
      attempt: 3,
      outcome: 'retry',
      code: 'WHMCS_UNREACHABLE',
      message: 'no',
      whmcsOrderId: '1001',
      ms: 1235,
    },
  ])
  t.same(counted, [
    { organization: 'acme', step: 'provision', outcome: 'retry', code: 'WHMCS_UNREACHABLE', seconds: 1.2345 },
  ])
})

t.test('report says nothing of codes where nothing failed', async (t) => {
  const { log, counted } = reported({ outcome: 'advanced' })
  t.notOk('code' in (log.facts[0] ?? {}))
  t.match(counted, [{ outcome: 'advanced', code: '' }])
})

t.test('report is an error, and says what helps, when an order is given up', async (t) => {
  for (const outcome of ['gave_up', 'dead'] as const) {
    const { log } = reported({ outcome, code: 'ORDER_EMPTY', message: 'has no items' })
    t.same(log.lines, ['error notification.attempted'])
    t.match(log.facts, [{ code: 'ORDER_EMPTY', remedy: /^Add items/ }])
  }
  t.match(reported({ outcome: 'dead', code: 'UNKNOWN', message: '' }).log.facts, [
    { code: 'UNKNOWN', remedy: undefined },
  ])
})

t.test('report tells how long it took once nothing is due any more', async (t) => {
  const going = reported({ outcome: 'retry', code: 'WHMCS_UNREACHABLE', message: 'no' })
  t.same(going.ended, [])
  const settlement: Settlement = {
    state: 'completed',
    step: 'write_back',
    attempts: 0,
    attempt: { outcome: 'completed' },
  }
  const ended: object[] = []
  const item = workItem({ step: 'write_back' })
  const report = createReport({
    organization: 'acme',
    log: keepLog(),
    metrics: { attempted: () => {}, ended: (one) => ended.push(one) },
    now: () => item.receivedAt.getTime() + 95_000,
  })
  report({ item, settlement, ms: 3 })
  t.same(ended, [{ organization: 'acme', outcome: 'completed', seconds: 95 }])
})
