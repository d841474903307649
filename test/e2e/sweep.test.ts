import t, { type Test } from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createLook } from '../helpers/look.ts'
import { createWorld, startService } from '../helpers/service.ts'

t.jobs = 2

t.test('an order whose message was lost is found by the sweep, once, and provisioned', async (t) => {
  const { salesforce, whmcs, look, endpoint } = await build(t, { SWEEP_EVERY: '200ms' })
  const [sent, lost] = [salesforce.addOrder(), salesforce.addOrder()]
  await salesforce.send({ endpoint, orderIds: [sent] })
  for (const orderId of [sent, lost]) await look.once(t, orderId)
  const rows = await look.pool.query("select record_id, source, state from ledger.overview where source = 'sweep'")
  t.ok(rows.rows.some(({ record_id }) => record_id === lost))
  t.equal(whmcs.calls.AddOrder, 2)
})

t.test('soapstone sweep says what it would record, records it once, and status shows it', async (t) => {
  const { salesforce, settings, look } = await build(t, { SWEEP_EVERY: 'off' })
  const lost = Array.from({ length: 3 }, () => salesforce.addOrder())
  salesforce.addOrder({ fields: { Status: 'Draft' } })
  const run = (...args: string[]) => soapstone(args, settings)
  const dry = await run('sweep', '--since', '1h', '--dry-run')
  t.match(dry, { code: 0, err: '' })
  for (const orderId of lost) t.match(dry.out, orderId)
  t.match(dry.out, /^3 approved without a provisioning status, 3 unknown to the ledger, nothing recorded/m)
  t.same(await look.rows(), [])
  const since = new Date(Date.now() - 3_600_000).toISOString()
  const { out } = await run('sweep', '--since', since, '--json')
  t.match(JSON.parse(out), { since, found: 3, unknown: 3, recorded: 3, orders: [{}, {}, {}] })
  for (const orderId of lost) await look.once(t, orderId)
  await look.settled(3)
  t.match((await run('sweep', '--since', '1h')).out, /^0 approved .* 0 recorded\n$/)
  t.match((await run('status')).out, /^sweep: 3 recorded within a day, the last at \d{4}-/m)
  t.match(JSON.parse((await run('status', '--json')).out), { swept: { notifications: 3 } })
})

t.test('soapstone sweep refuses what is no time, and says what Salesforce did to it', async (t) => {
  const { salesforce, settings } = await build(t, { SWEEP_EVERY: 'off' })
  for (const [wrong, why] of [
    ['yesterday', 'is not a time'],
    ['2999-01-01', 'is in the future'],
  ] as const) {
    t.match(await soapstone(['sweep', '--since', wrong], settings), { code: 2, err: why })
  }
  salesforce.faults.push({ on: 'query', kind: 'status', status: 403 })
  const { code, err } = await soapstone(['sweep', '--since', '1h'], settings)
  t.equal(code, 1)
  t.match(
    err,
    /^soapstone: SALESFORCE_LIMIT: REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded\.\nWork goes on by itself/,
  )
})

async function build(t: Test, more: Record<string, string>) {
  const world = await createWorld(t, more)
  const service = await startService(t, world)
  return { ...world, endpoint: `${service.url}/outbound-messages/order`, look: createLook(t, world) }
}
