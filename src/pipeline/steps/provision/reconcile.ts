/**
 * Reconcile: an AddOrder was sent, and its outcome is not known. Wait until WHMCS must have ended, look, and look again.
 * An order is sent again only when both of WHMCS's lists agree that it is not there. What is doubtful is left to a person.
 */
import type { Outcome } from '../../../domain/outcome.ts'
import { adopt, look } from './look.ts'
import { type Order, ofOrder, waitForWhmcs } from './order.ts'
import type { Found, Intent } from './ports.ts'
import { LOOKS_NEEDED, send } from './send.ts'

export async function reconcile(order: Order, intent: Intent): Promise<Outcome> {
  const { item, options } = order
  const wait = options.settleSeconds - (intent.secondsSinceLook ?? intent.secondsSinceSent)
  if (wait > 0) return waitForWhmcs(order, wait)
  const last = intent.looks + 1 >= LOOKS_NEEDED
  const lists = last ? 'orders-and-services' : 'orders'
  const found = await look(order, lists)
  const [whmcsOrderId] = found.marked ?? []
  if (whmcsOrderId !== undefined) return adopt(order, whmcsOrderId)
  refuseToGuess(order.request.orderId, doubtful(found, intent))
  if (intent.whmcsClientId !== order.request.clientId) await lookAtFormerClient(order, intent, lists)
  await options.intents.recordSearch(item.organizationId, item.recordId, intent.sends)
  return last ? send(order, found.all) : waitForWhmcs(order, options.settleSeconds)
}

/** The account's link was mended since: what was made then would be the former client's, and no search of this one finds it. */
async function lookAtFormerClient(
  { request, options, signal }: Order,
  intent: Intent,
  lists: 'orders' | 'orders-and-services',
) {
  const question = { clientId: intent.whmcsClientId, orderId: request.orderId, lists }
  const former = await options.whmcs.search(question, signal)
  const marked = former.marked ?? []
  refuseToGuess(request.orderId, marked.length > 0 ? { ids: marked } : doubtful(former, intent))
}

interface Doubt {
  ids: string[]
  incomplete?: string
}

/**
 * What may be our order although no marker says so. Without a marker that is every order that is new since the sending;
 * with one, an order that WHMCS has in one list and not in the other: the list that is silent is no proof.
 */
function doubtful({ all, marked, unmatched = [], incomplete }: Found, { priorOrderIds }: Intent): Doubt {
  const prior = new Set(priorOrderIds)
  const ids = [...new Set([...(marked === undefined ? all : []), ...unmatched])].filter((id) => !prior.has(id))
  return { ids, ...(incomplete !== undefined && { incomplete }) }
}

/** Only a person can decide. */
function refuseToGuess(orderId: string, { ids, incomplete }: Doubt): void {
  if (ids.length > 0) {
    const detail = `may be one of the WHMCS orders ${ids.slice(0, 20).join(', ')}, which are new since AddOrder was sent`
    throw ofOrder('WHMCS_ORDER_AMBIGUOUS', orderId, detail)
  }
  if (incomplete !== undefined) {
    throw ofOrder('WHMCS_ORDER_AMBIGUOUS', orderId, `may be in WHMCS, which does not tell of all orders: ${incomplete}`)
  }
}
