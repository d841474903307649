import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { addMany } from '../helpers/old.ts'
import { createWorld, startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.test('serve removes what is older than RETENTION_DAYS, tells of it once, and counts it', async (t) => {
  const world = await createWorld(t, { RETENTION_DAYS: '7' })
  const look = createLook(t, world)
  await addMany(look.pool, { notifications: 700, perMessage: 1, daysAgo: [13.99, -0.01] })
  const log: string[] = []
  const service = await startService(t, world, log)
  const told = () => log.filter((line) => line.includes('"ledger.retired"'))
  await until(() => told().length > 0, 'the log tells of it')
  t.equal((await look.rows()).length, 350)
  t.match(told(), [/"notifications":350,"attempts":1050,"acts":7,"messages":350,"snapshots":350/])
  const metrics = await fetch(`${service.adminUrl}/metrics`).then((reply) => reply.text())
  t.match(metrics, /^soapstone_retired_total 350$/m)
})
