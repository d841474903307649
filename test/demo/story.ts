/** What happens in the demo, in the order in which it is shown. Everything is sent as Salesforce sends it: SOAP. */

import { until } from '../helpers/until.ts'
import type { Salesforce } from '../simulators/salesforce.ts'
import { SETTLE_SECONDS, type World } from './world.ts'

export interface Story {
  deliveries: { notifications: number; acked: boolean; ackMs: number }[]
  redelivered: number
  /** Every approved order. */
  orderIds: string[]
  /** The order whose AddOrder reply was lost. */
  lostId: string
  /** The order of a product that WHMCS doesn't know, and that product. */
  unmappedId: string
  unmappedProductId: string
}

export async function playStory(world: World): Promise<Story> {
  const { screen, salesforce, whmcs, endpoint } = world
  const deliveries: Story['deliveries'] = []
  const hosting = salesforce.addProduct()
  const mail = salesforce.addProduct({
    Name: 'Mail Security',
    WHMCS_Product_ID__c: '190',
    Billing_Cycle__c: 'Annually',
  })
  const firewall = salesforce.addProduct({ Name: 'Managed Firewall', WHMCS_Product_ID__c: null })
  const approve = (...products: string[]) =>
    salesforce.addOrder({ items: products.map((productId) => ({ productId })) })

  async function send(what: string, orderIds: string[], more: { sessionId?: string; notificationIds?: string[] } = {}) {
    const begin = performance.now()
    const delivery = await salesforce.send({ endpoint, orderIds, retryMs: 500, giveUpMs: 10_000, ...more })
    const ackMs = performance.now() - begin
    deliveries.push({ notifications: orderIds.length, acked: delivery.acked, ackMs })
    screen.event(`${what}: ${delivery.acked ? `Ack after ${ackMs.toFixed(0)} ms` : `no Ack (${delivery.lastError})`}`)
    return delivery
  }
  const named = (id: string) => `order ${text(salesforce, id, 'OrderNumber')}`

  screen.heading('Three orders are approved in Salesforce, a message each')
  const singles = [approve(hosting), approve(mail), approve(hosting, mail)]
  const [first = '', ...others] = singles
  const { notificationIds } = await send(`${named(first)}, with a SessionId`, [first], {
    sessionId: salesforce.issueSession(),
  })
  for (const id of others) await send(`${named(id)}, SessionId nil`, [id])
  await allProvisioned(world, singles)

  screen.heading('WHMCS takes an order, but its reply gets lost')
  whmcs.faults.push({ on: 'AddOrder', kind: 'lost-reply' })
  const lostId = approve(hosting)
  await send(named(lostId), [lostId])
  await until(() => whmcs.ordersFor(lostId).length > 0, 'WHMCS makes the order')
  screen.event(
    `sent to WHMCS, no reply: sending again could make it twice. Left alone for ${SETTLE_SECONDS} s, then searched`,
  )

  screen.heading('An order for a product that has no WHMCS product')
  const unmappedId = approve(firewall)
  await send(named(unmappedId), [unmappedId])
  await until(() => statusOf(salesforce, unmappedId) === 'Failed', 'Failed')
  const code = text(salesforce, unmappedId, 'Provisioning_Error_Code__c')
  screen.event(`Salesforce says Failed, ${code}: it waits for a person`)

  screen.heading('A hundred orders in one message')
  const bulk = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? approve(hosting, mail) : approve(hosting)))
  await send('100 notifications, one Ack', bulk)
  await allProvisioned(world, bulk)

  screen.heading('Salesforce delivers the first message again, as it may')
  await send(`${named(first)}, same notification id`, [first], { notificationIds })

  screen.heading('Back to the order whose reply was lost')
  await allProvisioned(world, [lostId])
  await until(async () => (await openCount(world)) === 0, 'nothing is open in the ledger')

  const orderIds = [...singles, lostId, unmappedId, ...bulk]
  return { deliveries, redelivered: 1, orderIds, lostId, unmappedId, unmappedProductId: firewall }
}

/** Counts them as Salesforce sees them, until all are there. */
export async function allProvisioned({ screen, salesforce, whmcs }: World, orderIds: string[]): Promise<void> {
  const counted = (done: number) =>
    orderIds.length === 1 ? 'Provisioned' : `${done} of ${orderIds.length} Provisioned`
  await until(() => {
    const done = orderIds.filter((id) => statusOf(salesforce, id) === 'Provisioned').length
    if (orderIds.length > 1) screen.count(counted(done))
    return done === orderIds.length
  }, counted(orderIds.length))
  const made = orderIds.flatMap((id) => whmcs.ordersFor(id).map((order) => order.id))
  const [least, most] = [Math.min(...made), Math.max(...made)]
  const which = least === most ? `WHMCS order ${least}` : `WHMCS orders ${least} to ${most}`
  screen.event(`${counted(orderIds.length)}: ${which}`)
}

/** How many notifications are not final. */
export async function openCount({ pool }: World): Promise<number> {
  const { rows } = await pool.query<{ open: number }>('select count(*)::integer as open from ledger.inbox')
  return rows[0]?.open ?? 0
}

export function statusOf(salesforce: Salesforce, id: string): string {
  return text(salesforce, id, 'Provisioning_Status__c')
}

/** A field of a record, empty where it has no value. */
export function text(salesforce: Salesforce, id: string, field: string): string {
  return String(salesforce.record(id)?.[field] ?? '')
}
