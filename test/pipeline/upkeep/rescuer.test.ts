import t from 'tap'
import { createRescuer, type Rescues } from '../../../src/pipeline/upkeep/rescuer.ts'
import { keepLog } from '../../helpers/log.ts'

/** A rescuer that is stopped after as many turns, and what it did. */
async function turns(count: number, rescue: Rescues['rescue']) {
  const log = keepLog()
  const rescued: number[] = []
  let asked = 0
  let swept = 0
  let refreshed = 0
  await new Promise<void>((resolve) => {
    const rescuer = createRescuer({
      everyMs: 1,
      log,
      onRescued: (notifications) => rescued.push(notifications),
      statistics: {
        async refresh() {
          refreshed += 1
          return true
        },
      },
      rescues: {
        async rescue() {
          asked += 1
          if (asked === count) void rescuer.stop().then(resolve)
          return await rescue()
        },
        async sweepSessions() {
          swept += 1
          return 0
        },
      },
    })
    rescuer.start()
  })
  return { asked, swept, refreshed, rescued, log }
}

t.test('rescuer tells whose leases it took back, and that there is work', async (t) => {
  const lost = { worker: 'gone-1', notificationId: '04lSs00000Aa01xIAB' }
  const { rescued, log } = await turns(1, async () => [lost, lost])
  t.same(rescued, [2])
  t.same(log.lines, ['warn notification.rescued', 'warn notification.rescued'])
  t.same(log.facts[0], lost)
})

t.test('rescuer is silent when there is nothing to rescue, and sweeps sessions now and then', async (t) => {
  const { asked, swept, rescued, log } = await turns(5, async () => [])
  t.equal(asked, 5)
  t.ok(swept >= 1 && swept < 5)
  t.same(rescued, [])
  t.same(log.lines, [])
})

t.test('rescuer has the statistics looked at each time', async (t) => {
  const { asked, refreshed } = await turns(3, async () => [])
  t.equal(refreshed, asked)
})

t.test('rescuer goes on when the ledger is away', async (t) => {
  const { asked, log } = await turns(3, () => Promise.reject(new Error('the ledger is away')))
  t.equal(asked, 3)
  t.same(new Set(log.lines), new Set(['error rescuer.failed']))
})
