/** Look, before anything is sent, whether the order is in WHMCS already. */
import type { Outcome } from '../../../domain/outcome.ts'
import { acceptFound } from './accept.ts'
import { BUSY, duplicated, type Order } from './order.ts'
import type { Found } from './ports.ts'

/** Returns the client's orders, and the one with our marker, if there is one. */
export async function look(order: Order, lists: 'orders' | 'orders-and-services'): Promise<Found> {
  const { request, options, signal } = order
  const found = await options.whmcs.search({ clientId: request.clientId, orderId: request.orderId, lists }, signal)
  const { marked = [] } = found
  if (marked.length > 1) throw duplicated(request.orderId, marked)
  return found
}

/** The order is there: writes that into the ledger, and goes on with the acceptance. */
export async function adopt(order: Order, whmcsOrderId: string): Promise<Outcome> {
  const { item, request, options } = order
  const recorded = await options.intents.recordOrder(item.organizationId, request, { whmcsOrderId, adopted: true })
  return recorded ? acceptFound(order, { whmcsOrderId }) : BUSY
}
