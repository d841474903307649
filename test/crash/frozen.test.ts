import t from 'tap'
import { positions } from '../helpers/long.ts'
import { createLook } from '../helpers/look.ts'
import { serveHere, spawnServe } from '../helpers/process.ts'
import { createWorld, type World } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 4

const MOMENTS: Record<string, (world: World, strike: () => void) => void> = {
  'before AddOrder is sent': ({ whmcs }, strike) => {
    whmcs.on('call', ({ action }) => action === 'GetOrders' && strike())
  },
  'while WHMCS works on AddOrder': ({ whmcs }, strike) => {
    whmcs.faults.push({ on: 'AddOrder', kind: 'hang' })
    whmcs.on('done', ({ action }) => action === 'AddOrder' && strike())
  },
  'while the answer to AddOrder is on its way': ({ whmcs }, strike) => {
    whmcs.on('done', ({ action }) => action === 'AddOrder' && strike())
  },
  'while the answer to AcceptOrder is on its way': ({ whmcs }, strike) => {
    whmcs.on('done', ({ action }) => action === 'AcceptOrder' && strike())
  },
  'while the order is said to be Provisioned': ({ salesforce }, strike) => {
    salesforce.on('call', ({ kind, body }) => {
      if (kind === 'collections' && JSON.stringify(body).includes('"Provisioned"')) strike()
    })
  },
}

/** WHMCS may have the order already, and Salesforce may have been told already. */
const ALWAYS = ['while WHMCS works on AddOrder', 'while the order is said to be Provisioned']

for (const [moment, watch] of positions(MOMENTS, ALWAYS)) {
  t.test(`a process that is frozen past its lease ${moment} does nothing that another has done`, async (t) => {
    const world = await createWorld(t, { LEASE_SECONDS: '2' })
    const { salesforce, whmcs } = world
    const look = createLook(t, world)
    const first = await spawnServe(t, world)
    let frozen = false
    watch(world, () => {
      if (!frozen) first.kill('SIGSTOP')
      frozen = true
    })
    const orderId = salesforce.addOrder()
    await salesforce.send({ endpoint: first.endpoint, orderIds: [orderId] })
    await until(() => frozen, 'the freeze')

    const second = await serveHere(t, world)
    await look.once(t, orderId)
    const [done] = await look.settled(1)
    const calls = { ...whmcs.calls }
    const before = await look.attempts()
    first.kill('SIGCONT')
    await first.logged('notification.lease_lost')

    t.same((await look.settled(1))[0], done, 'the notification is as it was')
    t.same(await look.attempts(), before, 'and no attempt more')
    t.match(before, [...Array(before.length - 1).fill({}), { worker: second.worker, outcome: 'completed' }])
    t.match(whmcs.calls, { AddOrder: calls.AddOrder, AcceptOrder: calls.AcceptOrder })
    t.equal(whmcs.orders().length, 1)

    const next = salesforce.addOrder()
    await salesforce.send({ endpoint: first.endpoint, orderIds: [next] })
    await look.once(t, next)
    await look.settled(2)
  })
}
