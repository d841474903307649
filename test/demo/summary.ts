/** What became of it, for a person; and whether all is as promised. */
import { createInspector } from '../../src/ledger/people/inspect.ts'
import { type Story, statusOf, text } from './story.ts'
import type { World } from './world.ts'

export interface Summary {
  lines: [string, string][]
  /** What is not as promised. */
  broken: string[]
}

/** Before the mending: one dead letter. */
export async function summarize(world: World, story: Story): Promise<Summary> {
  const { salesforce, whmcs, pool } = world
  const { deliveries, orderIds, redelivered, lostId, unmappedId } = story
  const sent = deliveries.reduce((sum, delivery) => sum + delivery.notifications, 0)
  const acks = deliveries.filter(({ acked }) => acked).map(({ ackMs }) => ackMs)
  const states = await statesOf(world)
  const recorded = states.reduce((sum, row) => sum + row.notifications, 0)
  const lost = (await createInspector(pool).show(lostId))?.notification
  const refused = (await createInspector(pool).show(unmappedId))?.notification
  const double = orderIds.filter((id) => whmcs.ordersFor(id).length > 1)
  const { total = 0, oauth = 0 } = salesforce.calls

  const lines: Summary['lines'] = [
    ['Salesforce sent', `${deliveries.length} messages with ${sent} notifications; ${redelivered} was a redelivery`],
    ['Soapstone Acked', `${acks.length} of ${deliveries.length} messages, each after its commit, in ${range(acks)} ms`],
    [
      'the ledger holds',
      `${recorded} notifications: ${states.map((row) => `${row.notifications} ${row.state}`).join(', ')}`,
    ],
    ['WHMCS holds', `${whmcs.orders().length} orders, ${double.length === 0 ? 'none' : double.length} of them double`],
    [
      'the lost reply',
      `WHMCS order ${lost?.whmcs_order_id}, found and adopted; AddOrder was sent ${times(lost?.sends)}`,
    ],
    ['Salesforce calls', `${total} API calls and ${oauth} login for ${orderIds.length} orders`],
    ['refused', `order ${text(salesforce, unmappedId, 'OrderNumber')}, ${refused?.error_code}:`],
    ['', refused?.error_message ?? ''],
  ]
  const good = orderIds.filter((id) => id !== unmappedId)
  const promises: [boolean, string][] = [
    [acks.length === deliveries.length, 'every message is Acked'],
    [recorded === sent - redelivered, 'every notification is in the ledger once'],
    [countOf(states, 'completed') === good.length, 'every good order is completed in the ledger'],
    [countOf(states, 'dead') === 1, 'one notification is dead'],
    [refused?.state === 'dead' && refused.error_code === 'PRODUCT_UNMAPPED', 'the dead one is the unmapped product'],
    [statusOf(salesforce, unmappedId) === 'Failed', 'Salesforce knows of the dead one'],
    [whmcs.ordersFor(unmappedId).length === 0, 'WHMCS has no order for the dead one'],
    [lost?.adopted === true && lost.sends === 1, 'the order whose reply was lost is adopted and was sent once'],
    ...good.map((id): [boolean, string] => [isDone(world, id), `order ${id} is in WHMCS once, and Salesforce knows`]),
  ]
  return { lines, broken: brokenOf(promises) }
}

/** After the mending: everything is done. */
export async function verifyEnd(world: World, story: Story): Promise<string[]> {
  const { orderIds } = story
  const states = await statesOf(world)
  const promises: [boolean, string][] = [
    [countOf(states, 'completed') === orderIds.length && states.length === 1, 'every notification is completed'],
    [world.whmcs.orders().length === orderIds.length, 'WHMCS has as many orders as Salesforce'],
    ...orderIds.map((id): [boolean, string] => [
      isDone(world, id),
      `order ${id} is in WHMCS once, and Salesforce knows`,
    ]),
  ]
  return brokenOf(promises)
}

/** Exactly one WHMCS order, Active, and Salesforce says Provisioned with its number. */
function isDone({ salesforce, whmcs }: World, id: string): boolean {
  const [order, another] = whmcs.ordersFor(id)
  return (
    another === undefined &&
    order?.status === 'Active' &&
    statusOf(salesforce, id) === 'Provisioned' &&
    text(salesforce, id, 'WHMCS_Order_ID__c') === String(order.id)
  )
}

interface Count {
  state: string
  notifications: number
}

async function statesOf({ pool }: World): Promise<Count[]> {
  const { rows } = await pool.query<Count>(
    'select state::text, count(*)::integer as notifications from ledger.overview group by state order by 2 desc',
  )
  return rows
}

function countOf(states: Count[], state: string): number {
  return states.find((row) => row.state === state)?.notifications ?? 0
}

function brokenOf(promises: [boolean, string][]): string[] {
  return promises.flatMap(([kept, promise]) => (kept ? [] : [promise]))
}

function range(values: number[]): string {
  return `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`
}

function times(count: number | undefined): string {
  return count === 1 ? 'once' : `${count} times`
}
