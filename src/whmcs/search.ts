/** The orders that a client has in WHMCS, and what its two lists say of them. */
import type { WhmcsClient } from './client.ts'
import { idOf, type List, type Row, readAll, rowsOf } from './lists.ts'
import type { Marker } from './marker.ts'
import { productsOf, services } from './services.ts'

export interface SearchOptions {
  client: WhmcsClient
  marker: Marker
  readTimeoutMs: number
}

export interface SearchQuestion {
  clientId: string
  orderId: string
  /** GetOrders has left orders out where collations were mixed. Where its silence would be a proof, both are read. */
  lists: 'orders' | 'orders-and-services'
}

/** Fits the pipeline's port, which says what each is for. */
export interface Found {
  all: string[]
  marked?: string[]
  unmatched?: string[]
  incomplete?: string
}

export async function search(options: SearchOptions, question: SearchQuestion, signal: AbortSignal): Promise<Found> {
  const { client, marker, readTimeoutMs: timeoutMs } = options
  const { clientId, orderId, lists } = question
  const orders = await readAll(client, ordersOf(clientId, timeoutMs), signal)
  const both = lists === 'orders-and-services'
  const products =
    both || marker.kind === 'custom-field'
      ? await readAll(client, services({ clientid: clientId }, timeoutMs), signal)
      : { rows: [] }
  const marked = [
    ...orders.rows.filter((row) => marker.marksOrder(row, orderId)).map((row) => row.id),
    ...products.rows.filter((row) => marker.markedItem(row, orderId) !== undefined).map((row) => row.orderid),
  ]
  const incomplete = [orders, products].map((list) => list.incomplete).find((text) => text !== undefined)
  return {
    all: unique(orders.rows.map((row) => row.id)),
    ...(marker.kind !== 'none' && { marked: unique(marked) }),
    ...(both && { unmatched: unmatched(orders.rows, products.rows) }),
    ...(incomplete !== undefined && { incomplete }),
  }
}

function ordersOf(clientId: string, timeoutMs: number): List {
  return { action: 'GetOrders', plural: 'orders', singular: 'order', parameters: { userid: clientId }, timeoutMs }
}

/** Ids that one list has and the other has not. An order of domains or addons alone has no service. */
function unmatched(orders: Row[], products: Row[]): string[] {
  const listed = new Set(orders.map((row) => idOf(row.id)))
  const served = new Set(products.map((row) => idOf(row.orderid)))
  const withoutService = orders.filter((row) => !served.has(idOf(row.id)) && needsService(row)).map((row) => row.id)
  const withoutOrder = [...served].filter((id) => !listed.has(id) && id !== '' && id !== '0')
  return unique([...withoutService, ...withoutOrder])
}

function needsService(order: Row): boolean {
  return rowsOf(order.lineitems, 'lineitem').length === 0 || productsOf(order).length > 0
}

/** Paging is unsorted: a row may come twice. */
function unique(ids: unknown[]): string[] {
  return [...new Set(ids.map(idOf))]
}
