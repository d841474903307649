/** Look before anything is sent: is the order in WHMCS already? */
import type { Outcome } from '../../../domain/outcome.ts'
import { acceptFound } from './accept.ts'
import { BUSY, duplicated, type Order } from './order.ts'
import type { Found } from './ports.ts'

/** The client's orders, and of those that carry our marker the one that there may be. */
export async function look(order: Order, lists: 'orders' | 'orders-and-services'): Promise<Found> {
  const { request, options, signal } = order
  const found = await options.whmcs.search({ clientId: request.clientId, orderId: request.orderId, lists }, signal)
  const { marked = [] } = found
  if (marked.length > 1) throw duplicated(request.orderId, marked)
  return found
}

/** It is there: the ledger is told, and it goes on with the acceptance. */
export async function adopt(order: Order, whmcsOrderId: string): Promise<Outcome> {
  const { item, request, options } = order
  const recorded = await options.intents.recordOrder(item.organizationId, request, { whmcsOrderId, adopted: true })
  return recorded ? acceptFound(order, { whmcsOrderId }) : BUSY
}
