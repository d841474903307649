import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openLine } from '../chaos/proxy.ts'
import { openPair, type Server } from '../helpers/pair.ts'
import { createWorld, startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

const name = `back-${randomBytes(4).toString('hex')}`
const folder = fileURLToPath(new URL(`../../.soapstone/${name}`, import.meta.url))

t.test('a ledger that goes back in time is not used: not one that lacks commits, and not an old primary', async (t) => {
  let first: Server | undefined
  const replication = await openLine(() => first?.port)
  const pair = await openPair({
    ...{ folder, commits: 'does not wait', replicationPort: replication.port },
    onFirst(server) {
      first = server
    },
  })
  t.teardown(async () => {
    await pair.close()
    await replication.close()
  })
  let shown = pair.first
  const front = await openLine(() => shown.port)
  t.teardown(() => front.close())
  const url = `postgres://soapstone@127.0.0.1:${front.port}/soapstone`
  const world = await createWorld(t, { DATABASE_URL: url })
  const { salesforce } = world
  const service = await startService(t, world)
  const send = (at: string) =>
    salesforce.send({ endpoint: `${at}/outbound-messages/order`, orderIds: [salesforce.addOrder()], giveUpMs: 0 })
  const readiness = async (at: string | undefined): Promise<{ ready: boolean; reason?: string }> =>
    JSON.parse(await (await fetch(`${at}/health/ready`)).text())

  // Without its last second.
  replication.blackHole()
  const [{ at } = { at: '' }] = await pair.first.ask<{ at: string }>('select clock_timestamp()::text as at')
  t.match(await send(service.url), { acked: true })
  await until(async () => {
    await readiness(service.adminUrl)
    const probed = `select from pg_stat_activity
      where application_name = 'soapstone probe' and state = 'idle' and state_change > '${at}'::timestamptz + interval '100ms'`
    return (await pair.first.ask(probed)).length > 0
  }, 'a probe that the standby lacks')
  await pair.first.kill()
  await pair.second.promote()
  shown = pair.second
  const reason = await until(async () => {
    const { ready, reason: why = '' } = await readiness(service.adminUrl)
    return !ready && /gone back in time/.test(why) && why
  }, 'the reason')
  t.match(reason, /soapstone sweep/)
  t.match(await send(service.url), { acked: false })

  const again = await startService(t, world)
  await until(async () => (await readiness(again.adminUrl)).ready, 'one that was started again')
  t.match(await send(again.url), { acked: true })

  // The front shows the old primary, which has come back and was not fenced.
  await pair.first.start()
  shown = pair.first
  front.reset()
  t.match(
    await until(async () => {
      const { ready, reason: why = '' } = await readiness(again.adminUrl)
      return !ready && /old primary/.test(why) && why
    }, 'the reason'),
    /timeline 1, while the ledger has been on timeline 2/,
  )
  t.match(await send(again.url), { acked: false })
  shown = pair.second
  front.reset()
  await until(async () => (await readiness(again.adminUrl)).ready, 'ready again')
  t.match(await send(again.url), { acked: true })
})
