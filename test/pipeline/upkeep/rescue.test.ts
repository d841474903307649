import t from 'tap'
import { createRescue, type Leased } from '../../../src/pipeline/upkeep/rescue.ts'
import { keepLog } from '../../helpers/log.ts'

function build(rescue: Leased['rescue']) {
  const log = keepLog()
  const rescued: number[] = []
  const job = createRescue({ leased: { rescue }, everyMs: 5, log, onRescued: (count) => rescued.push(count) })
  return { job, rescued, log }
}

t.test('rescue tells whose leases it took back, and that there is work', async (t) => {
  const lost = { worker: 'gone-1', notificationId: '04lSs00000Aa01xIAB' }
  const { job, rescued, log } = build(async () => [lost, lost])
  await job.turn()
  t.same(rescued, [2])
  t.same(log.lines, ['warn notification.rescued', 'warn notification.rescued'])
  t.same(log.facts[0], lost)
})

t.test('rescue is silent when there is nothing to rescue', async (t) => {
  const { job, rescued, log } = build(async () => [])
  await job.turn()
  t.same(rescued, [])
  t.same(log.lines, [])
})

t.test('rescue comes no less often after a ledger that was away', async (t) => {
  const { job } = build(() => Promise.reject(new Error('the ledger is away')))
  await t.rejects(job.turn(), { message: 'the ledger is away' })
  t.equal(job.longestMs, job.everyMs)
})
