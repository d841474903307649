/** The verbs on an installation of two organisations: each says which one it speaks of. */
import pg from 'pg'
import t, { type Test } from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createBenchOn } from '../helpers/ledger.ts'
import { message, notification } from '../helpers/messages.ts'
import { createOrganizations } from '../helpers/organizations.ts'

t.jobs = 2

/** The first has one notification, and the second two. */
async function build(t: Test) {
  const world = await createOrganizations(t)
  const bench = createBenchOn(t, world.databaseUrl)
  const ids = [world.first, world.second, world.second].map(({ salesforce }) => salesforce.organizationId)
  const notifications = ids.map(() => notification())
  for (const [i, organizationId] of ids.entries()) {
    const one = notifications[i]
    if (one) await bench.record(message([one], { organizationId }))
  }
  const run = (...args: string[]) => soapstone(args, world.settings)
  return { ...world, run, notificationIds: notifications.map(({ notificationId }) => notificationId) }
}

t.test('status, list, show and audit say which organisation each row is of', async (t) => {
  const { run, databaseUrl, first, notificationIds } = await build(t)
  const psql = new pg.Client({ connectionString: databaseUrl, application_name: 'psql' })
  await psql.connect()
  t.teardown(() => psql.end())
  await psql.query(
    `insert into ledger.pause (organization_id, step, until, code, message, worker)
     values ($1, 'provision', now() + interval '5 minutes', 'WHMCS_ACCESS_REFUSED', 'Invalid IP', 'test')`,
    [first.salesforce.organizationId],
  )
  const { out, err } = await run('status')
  t.equal(err, '')
  t.match(out, /^ORGANISATION +STATE +STEP +COUNT +OLDEST$/m)
  t.match(out, /^first +pending +callback +1 /m)
  t.match(out, /^second +pending +callback +2 /m)
  t.match(out, /^first: provision stands still, WHMCS_ACCESS_REFUSED: /m)
  const listed = (await run('list')).out
  t.match(listed, /^ORGANISATION +STATE /)
  for (const [i, id] of notificationIds.entries()) {
    t.match(listed, new RegExp(`^${i === 0 ? 'first' : 'second'} +pending .* ${id} `, 'm'))
  }
  t.match((await run('show', notificationIds[0] ?? '')).out, /^organisation +first$/m)
  t.match((await run('audit')).out, /^ORGANISATION +WHEN .*\nfirst +\d{4}-.* hand_change /)
})

t.test('mapping check asks the organisation that somebody names, and none where it would have to guess', async (t) => {
  const { run, second } = await build(t)
  const orderId = second.salesforce.addOrder()
  const check = (...args: string[]) => run('mapping', 'check', '--order', orderId, ...args)
  t.match(await check(), { code: 2, err: /say which: --organization first or second/ })
  t.match(await check('--organization', 'third'), { code: 1, err: /third.*: there are first and second/ })
  t.match((await check('--organization', 'first')).err, `Salesforce shows no order ${orderId}`)
  for (const named of ['second', second.salesforce.organizationId.slice(0, 15)]) {
    t.match((await check('--organization', named)).out, `sfOrderId=${orderId}`)
  }
})

t.test('list keeps to the organisation that somebody names, by its name or its id', async (t) => {
  const { run, settings, databaseUrl, first, second, notificationIds } = await build(t)
  const listed = async (organization: string) => {
    const rows: { notificationId: string }[] = JSON.parse(
      (await run('list', '--json', '--organization', organization)).out,
    )
    return rows.map(({ notificationId }) => notificationId).sort()
  }
  t.same(await listed('first'), notificationIds.slice(0, 1))
  t.same(await listed(second.salesforce.organizationId.slice(0, 15)), notificationIds.slice(1).sort())
  t.match(await run('list', '--organization', 'third'), { code: 2, err: /organization: 'third' is not an id/ })
  const kept = { DATABASE_URL: databaseUrl, SALESFORCE_ORG_ID: first.salesforce.organizationId }
  const other = ['list', '--organization', second.salesforce.organizationId]
  t.match(await soapstone(other, kept), { code: 2, err: /SALESFORCE_ORG_ID keeps the commands to / })
  t.match((await soapstone(['list'], kept)).out, /^STATE /, 'and where there is one, nobody is told which')
  t.match(await soapstone(['replay', '--organization', 'first', '--reason', 'x', '--dry-run'], settings), {
    code: 0,
    out: 'none\n',
  })
})

t.test('sweep says in which organisation an order was found, and keeps to one', async (t) => {
  const { run, first, second } = await build(t)
  const [one, two] = [first.salesforce.addOrder(), second.salesforce.addOrder()]
  const { out } = await run('sweep', '--since', '1h', '--dry-run')
  t.match(out, new RegExp(`^first {2}${one} `, 'm'))
  t.match(out, new RegExp(`^second {2}${two} `, 'm'))
  first.salesforce.faults.push({ on: 'query', kind: 'status', status: 403 })
  const swept = await run('sweep', '--since', '1h', '--organization', 'second', '--json')
  t.match(JSON.parse(swept.out), {
    recorded: 1,
    orders: [{ organizationId: second.salesforce.organizationId, orderId: two }],
  })
  const nobody = await run('sweep', '--since', '1h', '--organization', '00D000000000003AAA')
  t.match(nobody, { code: 2, err: /is not one of the settings/ })
})
