/** What people start at psql or by the API is carried out by `serve`. */
import t from 'tap'
import { createIntents } from '../../src/ledger/work/intents.ts'
import { createLook } from '../helpers/look.ts'
import { provisionRequest } from '../helpers/messages.ts'
import { createService } from '../helpers/service.ts'
import { connected } from '../helpers/spare.ts'
import { until } from '../helpers/until.ts'

t.jobs = 2

async function setUp(t: Parameters<typeof createService>[0]) {
  const world = await createService(t)
  const { salesforce, endpoint, databaseUrl } = world
  const look = createLook(t, world)
  const productId = salesforce.addProduct({ WHMCS_Product_ID__c: null })
  const orderId = salesforce.addOrder({ items: [{ productId }] })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const [dead] = await look.settled(1)
  const ended = (id: unknown) =>
    until(async () => {
      const { rows } = await look.pool.query('select * from ledger.tasks where task_id = $1', [id])
      return rows[0]?.finished_at ? rows[0] : undefined
    }, `the end of task ${id}`)
  const psql = (sql: string, values: unknown[]) =>
    connected(databaseUrl, async (client) => Object.values((await client.query(sql, values)).rows[0])[0])
  return { ...world, look, productId, orderId, id: dead?.notification_id ?? '', ended, psql }
}

t.test('serve asks WHMCS before it believes what a person says at psql, and writes what came of it', async (t) => {
  const { salesforce, look, orderId, id, ended, psql } = await setUp(t)
  const sent = { priorOrderIds: [], sends: 0, looksNeeded: 2 }
  await createIntents(look.pool).intend(salesforce.organizationId, provisionRequest(orderId), sent)
  const resolve = (whmcsOrder: string | null) =>
    psql('select ledger.resolve($1, $2, $3, $4)', [salesforce.organizationId, id, whmcsOrder, 'looked in WHMCS'])
  t.match(await ended(await resolve('4711')), { state: 'failed', errors: [{ message: /^nothing was changed/ }] })
  t.match((await look.pool.query('select state::text from ledger.provisioning')).rows, [{ state: 'sending' }])
  t.match(await ended(await resolve(null)), { state: 'completed', done: 1, errors: [] })
  const { rows } = await look.pool.query("select * from ledger.audit where act = 'resolve'")
  t.match(rows, [{ via: 'sql', reason: 'looked in WHMCS', notification_id: id, detail: { taskId: String } }])
})

t.test('serve replays what a task says, and the orders come through', async (t) => {
  const { salesforce, look, productId, orderId, ended, psql } = await setUp(t)
  salesforce.update(productId, { WHMCS_Product_ID__c: '185' })
  const task = await psql('select ledger.start_replay(\'{"code": "PRODUCT_UNMAPPED"}\', \'mapped now\')', [])
  t.match(await ended(task), { state: 'completed', done: 1 })
  await look.once(t, orderId)
})
