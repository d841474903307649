import t from 'tap'
import { positions } from '../helpers/long.ts'
import { createLook } from '../helpers/look.ts'
import { serveHere, spawnServe } from '../helpers/process.ts'
import { createWorld, type World } from '../helpers/service.ts'

t.jobs = 4

/** Calls `strike` at a moment that can't be missed: the answer to the call never comes. */
const MOMENTS: Record<string, (world: World, strike: () => void) => void> = {
  'before AddOrder reaches WHMCS': ({ whmcs }, strike) => {
    whmcs.faults.push({ on: 'AddOrder', kind: 'hang-before' })
    whmcs.on('call', ({ action }) => action === 'AddOrder' && strike())
  },
  'when WHMCS has done AddOrder': ({ whmcs }, strike) => {
    whmcs.faults.push({ on: 'AddOrder', kind: 'hang' })
    whmcs.on('done', ({ action }) => action === 'AddOrder' && strike())
  },
  'when WHMCS has done AcceptOrder': ({ whmcs }, strike) => {
    whmcs.faults.push({ on: 'AcceptOrder', kind: 'hang' })
    whmcs.on('done', ({ action }) => action === 'AcceptOrder' && strike())
  },
  'while the order is read': ({ salesforce }, strike) => {
    salesforce.faults.push({ on: 'query', kind: 'hang' })
    salesforce.on('call', ({ kind }) => kind === 'query' && strike())
  },
  'while the order is said to be Activating': ({ salesforce }, strike) => {
    salesforce.on('call', ({ kind, body }) => kind === 'collections' && says(body, 'Activating') && strike())
  },
  'while the order is said to be Provisioned': ({ salesforce }, strike) => {
    salesforce.on('call', ({ kind, body }) => kind === 'collections' && says(body, 'Provisioned') && strike())
  },
}

/** The most dangerous one, and the last one. That a worker may end at any moment, the model of provision shows. */
const ALWAYS = ['when WHMCS has done AddOrder', 'while the order is said to be Provisioned']

for (const [moment, watch] of positions(MOMENTS, ALWAYS)) {
  t.test(`a process that is killed ${moment} leaves work that the next one ends, once`, async (t) => {
    const world = await createWorld(t, { LEASE_SECONDS: '2' })
    const { salesforce, whmcs } = world
    const look = createLook(t, world)
    const first = await spawnServe(t, world)
    watch(world, () => first.kill('SIGKILL'))
    const orderId = salesforce.addOrder()
    t.match(await salesforce.send({ endpoint: first.endpoint, orderIds: [orderId] }), { acked: true })
    t.match(await first.exited, { signal: 'SIGKILL' })
    t.match(await look.rows(), [{ state: 'working', lease_holder: first.worker }])

    const second = await serveHere(t, world)
    await look.once(t, orderId)
    t.match(await look.settled(1), [{ state: 'completed' }])
    t.equal(whmcs.orders().length, 1)
    t.match(whmcs.calls, { AddOrder: moment.startsWith('before') ? 2 : 1, AcceptOrder: 1 })
    const attempts = await look.attempts()
    const lost = attempts.filter(({ outcome }) => outcome === 'lost')
    t.match(lost, [{ worker: first.worker }])
    t.equal(lost.length, 1)
    await second.logged('notification.rescued')
  })
}

function says(body: unknown, status: string): boolean {
  return JSON.stringify(body).includes(`"Provisioning_Status__c":"${status}"`)
}
