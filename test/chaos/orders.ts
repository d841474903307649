/** The orders of a round, and the messages that tell of them. */
import type { Salesforce } from '../simulators/salesforce.ts'
import { newAccount, richOrder } from './needs.ts'
import type { Chance } from './random.ts'

/** How an order must end. `withdrawn`: Salesforce takes it back at some moment. `mended`: provisioned, because somebody mended what made it fail, and Salesforce said so. */
export type End = 'provisioned' | 'failed' | 'mended' | 'ignored' | 'withdrawn'

export interface Sending {
  at: number
  orderIds: string[]
  /** Done right before the message is sent for the first time. */
  before?: () => void
  sessionId?: string
  /** Sent so often at the same moment. */
  copies: number
  /** After its Ack it is sent once more. */
  again: boolean
}

interface Order {
  orderId: string
  /** Takes away what makes it fail. */
  mend?: () => void
}

/** New orders, put into messages of 1 to 40; some orders get several notifications. `history` learns how each must end. */
export function arrange(
  salesforce: Salesforce,
  { chance, orders, forMs, history }: { chance: Chance; orders: number; forMs: number; history: Ends },
): Sending[] {
  const shared = Array.from({ length: 5 }, () => salesforce.addAccount())
  const fresh = Array.from({ length: 4 }, () => newAccount(salesforce))
  const made = Array.from({ length: orders }, () => newOrder(salesforce, { chance, history, shared, fresh }))
  const sendings: Sending[] = []
  const message = (of: Order[], from: number, to = forMs): Sending => ({
    at: chance.between(from, to),
    orderIds: of.map(({ orderId }) => orderId),
    ...(chance.maybe(0.3) && { sessionId: chance.maybe(0.7) ? salesforce.issueSession() : `${chance.next()}` }),
    copies: chance.maybe(0.1) ? 2 : 1,
    again: chance.maybe(0.15),
  })
  for (let at = 0; at < made.length; ) {
    const size = chance.maybe(0.7) ? 1 : chance.between(2, 40)
    const group = made.slice(at, at + size)
    at += size
    const first = message(group, 0)
    sendings.push(first)
    // A change of the same orders: notifications of their own.
    while (chance.maybe(0.25)) sendings.push(message(chance.maybe(0.5) ? group : group.slice(0, 1), first.at))
    for (const order of group) {
      const { mend } = order
      if (mend) sendings.push({ ...message([order], first.at, first.at + 2_000), before: mend })
    }
  }
  return sendings
}

interface Ends {
  orders: Map<string, End>
}

function newOrder(
  salesforce: Salesforce,
  { chance, history, shared, fresh }: { chance: Chance; history: Ends; shared: string[]; fresh: string[] },
): Order {
  const remember = (orderId: string, end: End) => {
    history.orders.set(orderId, end)
    return orderId
  }
  const roll = chance.next()
  const accountId = chance.maybe(0.4) ? chance.pick(shared) : salesforce.addAccount()
  if (roll < 0.03) return { orderId: remember(salesforce.addOrder({ accountId: unlinked(salesforce) }), 'failed') }
  if (roll < 0.08) {
    const account = unlinked(salesforce)
    const orderId = remember(salesforce.addOrder({ accountId: account }), 'mended')
    const mend = () => {
      salesforce.update(account, { WHMCS_Client_ID__c: String(chance.between(100_000, 999_999)) })
      // What changes the order is what sends the message.
      salesforce.update(orderId, { Description: 'mended' })
    }
    return { orderId, mend }
  }
  if (roll < 0.11) {
    return { orderId: remember(salesforce.addOrder({ accountId, fields: { Status: 'Draft' } }), 'ignored') }
  }
  if (roll < 0.17) {
    // Two lines: which service is which must be asked.
    const items = [{ productId: salesforce.addProduct({ WHMCS_Product_ID__c: '186' }) }]
    items.push({ productId: salesforce.addProduct({ WHMCS_Product_ID__c: '187' }) })
    return { orderId: remember(salesforce.addOrder({ accountId, items }), 'provisioned') }
  }
  if (roll < 0.25) {
    // Several orders of one new account at once: its client must be made once.
    return { orderId: remember(richOrder(salesforce, chance.pick(fresh)), 'provisioned') }
  }
  if (roll < 0.31) {
    const orderId = remember(salesforce.addOrder({ accountId }), 'withdrawn')
    return { orderId, mend: () => salesforce.update(orderId, { Status: 'Cancelled' }) }
  }
  return { orderId: remember(salesforce.addOrder({ accountId }), 'provisioned') }
}

function unlinked(salesforce: Salesforce): string {
  return salesforce.addAccount({ WHMCS_Client_ID__c: null })
}
