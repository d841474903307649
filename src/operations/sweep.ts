/** Orders that should be on their way and of which no message has come: found in Salesforce, and recorded. */
import { Refusal } from './refusal.ts'
import { readTime } from './time.ts'

/** An order that the ledger does not know, as Salesforce has it. */
interface LostOrder {
  orderId: string
  changedAt: Date
  fields: { OrderNumber?: unknown }
}

/** One organisation. */
export interface SweepPort<Order extends LostOrder> {
  organizationId: string
  /** How many approved orders without a provisioning status there are, and those that the ledger does not know. */
  find(since: Date): Promise<{ found: number; unknown: Order[] }>
  /** Returns how many are new. */
  record(orders: Order[]): Promise<number>
}

export interface SweepRequest {
  /** A time, or an age. */
  since: string
  how: 'record' | 'dry-run'
  now: Date
}

export interface Swept {
  since: Date
  found: number
  unknown: number
  recorded: number
  orders: { organizationId: string; orderId: string; orderNumber: string | undefined; changedAt: Date }[]
}

export async function sweepOrders<Order extends LostOrder>(
  organizations: SweepPort<Order>[],
  { since: text, how, now }: SweepRequest,
): Promise<Swept> {
  const since = readTime('--since', text, now)
  if (since > now) throw new Refusal('invalid', `--since: ${since.toISOString()} is in the future`)
  const swept: Swept = { since, found: 0, unknown: 0, recorded: 0, orders: [] }
  for (const organization of organizations) {
    const { found, unknown } = await organization.find(since)
    swept.found += found
    swept.unknown += unknown.length
    if (how === 'record') swept.recorded += await organization.record(unknown)
    swept.orders.push(...unknown.map((order) => ({ organizationId: organization.organizationId, ...shown(order) })))
  }
  return swept
}

function shown({ orderId, changedAt, fields: { OrderNumber } }: LostOrder) {
  return { orderId, orderNumber: typeof OrderNumber === 'string' ? OrderNumber : undefined, changedAt }
}
