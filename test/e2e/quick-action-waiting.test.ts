/** Callers who wait, as many as there may be: they hold no connection to the ledger, and cost no Acks. */
import { Agent } from 'node:http'
import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { clickOf, postOn, SECRET } from '../helpers/quick-action.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

const WAITING = 500
/** They come so many at once: all of them together would be refused where something else keeps the machine busy. */
const AT_ONCE = 50

t.test('five hundred callers that wait hold no connection, and messages are Acked as before', async (t) => {
  const world = await createService(t, {
    SF_WEBHOOK_SECRET: SECRET,
    SWEEP_EVERY: 'off',
    BATCH_WAIT: '10s',
    DRAIN_SECONDS: '0',
  })
  const { salesforce, service, endpoint } = world
  const look = createLook(t, world)
  const orderIds = Array.from({ length: WAITING }, () => salesforce.addOrder({ fields: { Status: 'Draft' } }))
  // The first order after a quiet time never waits: with this one on its way the others gather.
  await salesforce.send({ endpoint, orderIds: [salesforce.addOrder()] })
  await look.settled(1)
  const agent = new Agent({ keepAlive: false })
  const count = async (sql: string) => Number((await look.pool.query<{ n: string }>(sql)).rows[0]?.n)
  const answers: ReturnType<typeof postOn>[] = []
  while (answers.length < WAITING) {
    const next = orderIds.slice(answers.length, answers.length + AT_ONCE)
    answers.push(...next.map((orderId) => postOn(agent, service.url, clickOf({ orderId, wait: 60 }))))
    const stored = () => count('select count(*) as n from ledger.quick_action_key')
    await until(async () => (await stored()) === answers.length, `${answers.length} clicks are stored`)
  }
  const held = `select count(*) as n from pg_stat_activity
    where datname = current_database() and application_name = 'soapstone orders'`
  t.ok((await count(held)) <= 3, 'for all of them there are three connections')
  const deliveries = await Promise.all(
    Array.from({ length: 20 }, () => salesforce.send({ endpoint, orderIds: [salesforce.addOrder()] })),
  )
  t.ok(deliveries.every(({ acked, attempts }) => acked && attempts === 1))
  for (const { status, body } of await Promise.all(answers)) {
    if (status !== 422 || body.code !== 'NOT_ELIGIBLE') t.fail(`${status} ${JSON.stringify(body)}`)
  }
})
