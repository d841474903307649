import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { EXPAND, nextRelease } from '../helpers/migrations.ts'
import { type ServeProcess, spawnServe } from '../helpers/process.ts'
import { createWorld, type World } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 2

t.test('a roll-out, and the roll-back of it, under load lose nothing and double nothing', async (t) => {
  const world = await createWorld(t)
  const { whmcs } = world
  // Eight orders at a time: enough for all processes, and not more than this machine can do beside their starts.
  whmcs.latencyMs = 150
  const look = createLook(t, world)
  const release = await nextRelease(t, EXPAND)
  const old = await spawnServe(t, world)
  const load = trickle(world, old)
  /** Each of them has settled something that was begun from now on. */
  const allWork = async (...serves: ServeProcess[]) => {
    const { rows } = await look.pool.query<{ now: Date }>('select now() as now')
    const works = `select distinct worker from ledger.attempt where started_at > $1 and outcome <> 'released'`
    await until(async () => {
      const found = await look.pool.query<{ worker: string }>(works, [rows[0]?.now])
      return serves.every(({ worker }) => found.rows.some((row) => row.worker === worker))
    }, 'all of them to work')
  }
  await allWork(old)

  const next = await spawnServe(t, world, { release })
  t.same((await next.logged('ledger.migrated')).migrations, Object.keys(EXPAND))
  load.to(old, next)
  await allWork(old, next)
  load.to(next)
  await terminate(t, old)
  await allWork(next)

  const again = await spawnServe(t, world)
  t.match(await again.logged('ledger.ahead'), { level: 'warn', migrations: Object.keys(EXPAND) })
  load.to(next, again)
  await allWork(next, again)
  load.to(again)
  await terminate(t, next)
  await allWork(again)

  const orderIds = await load.stop()
  for (const orderId of orderIds) await look.once(t, orderId)
  const rows = await look.settled(orderIds.length)
  t.ok(rows.every(({ state }) => state === 'completed'))
  t.match(whmcs.calls, { AddOrder: orderIds.length, AcceptOrder: orderIds.length })
  const outcomes = new Set((await look.attempts()).map(({ outcome }) => outcome))
  t.notOk(outcomes.has('lost') || outcomes.has('retry'), 'nothing had to be rescued or tried again')
})

t.test('two processes of the next release that start together both come up on an older schema', async (t) => {
  const world = await createWorld(t)
  const release = await nextRelease(t, EXPAND)
  const serves = await Promise.all([1, 2].map(() => spawnServe(t, world, { release })))
  const migrated = serves.flatMap(({ log }) => log.filter(({ msg }) => msg === 'ledger.migrated'))
  t.same(
    migrated.flatMap(({ migrations }) => migrations),
    Object.keys(EXPAND),
  )
})

/** Orders of clients of their own, one message each, as fast as they are provisioned. */
function trickle({ salesforce, whmcs }: World, first: ServeProcess) {
  const orderIds: string[] = []
  let targets = [first]
  let going = true

  async function send(): Promise<void> {
    const orderId = salesforce.addOrder()
    orderIds.push(orderId)
    let notificationIds: string[] | undefined
    for (let tries = 0; ; tries++) {
      const { endpoint } = targets[(orderIds.length + tries) % targets.length] ?? first
      const given = notificationIds === undefined ? {} : { notificationIds }
      const delivery = await salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0, ...given })
      if (delivery.acked) return
      notificationIds = delivery.notificationIds
    }
  }
  async function run(): Promise<void> {
    while (going) {
      await send()
      await until(() => whmcs.orders().length > orderIds.length - 8, 'the orders before it')
    }
  }
  const running = run()
  return {
    /** Who gets messages from now on, as a balancer is told before a process is ended. */
    to(...serves: ServeProcess[]) {
      targets = serves
    },
    async stop(): Promise<string[]> {
      going = false
      await running
      return orderIds
    },
  }
}

async function terminate(t: Test, serve: ServeProcess): Promise<void> {
  serve.kill('SIGTERM')
  t.match(await serve.exited, { code: 0, signal: null })
}
