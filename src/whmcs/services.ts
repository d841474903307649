/** The services of one order in WHMCS, with as few questions as that takes. */
import type { ProvisionRequest } from '../domain/order.ts'
import type { Service } from '../domain/services.ts'
import type { Parameters, WhmcsClient } from './client.ts'
import { idOf, type List, type Row, readAll, readPage, rowsOf } from './lists.ts'
import type { Marker } from './marker.ts'

export interface ServicesOptions {
  client: WhmcsClient
  marker: Marker
  readTimeoutMs: number
}

/** Rows that one question gives: a client with more services than that is asked for single ones. */
const FEW = 250
/** Single questions that cost more than all pages of a large client. */
const MANY = 10

/** `serviceIds`: those that AddOrder's reply named, if there was one. */
export async function readServices(
  { client, marker, readTimeoutMs }: ServicesOptions,
  request: ProvisionRequest,
  order: { whmcsOrderId: string; serviceIds: string[] },
  signal: AbortSignal,
): Promise<Service[]> {
  const { whmcsOrderId, serviceIds } = order
  const ask = (parameters: Parameters) =>
    readMost(client, services({ clientid: request.clientId, ...parameters }, readTimeoutMs), signal)
  const all = services({ clientid: request.clientId }, readTimeoutMs)
  const toServices = (rows: Row[]) => rows.map((row) => toService(row, request.orderId, marker))
  const mine = (rows: Row[]) => rows.filter((row) => idOf(row.orderid) === whmcsOrderId)

  const [only] = serviceIds
  const first = await ask(only !== undefined && serviceIds.length === 1 ? { serviceid: only } : {})
  const found = mine(first.rows)
  if (found.length === 0 || first.more) {
    // WHMCS can't be asked for the services of an order: the order names them, where AddOrder did not.
    const named = serviceIds.length > 1 ? serviceIds : await lineItems(client, whmcsOrderId, readTimeoutMs, signal)
    const missing = named.filter((id) => !found.some((row) => idOf(row.id) === id))
    if (missing.length > MANY) return toServices(mine((await readAll(client, all, signal)).rows))
    for (const id of missing) found.push(...mine((await ask({ serviceid: id })).rows))
  }
  return toServices(found)
}

export function services(parameters: Parameters, timeoutMs: number): List {
  return { action: 'GetClientsProducts', plural: 'products', singular: 'product', parameters, timeoutMs }
}

/** All rows where one page has them; else that page, and that there are more. */
async function readMost(client: WhmcsClient, list: List, signal: AbortSignal): Promise<{ rows: Row[]; more: boolean }> {
  const page = await readPage(client, list, { limitstart: 0, limitnum: FEW }, signal)
  if (page === 'too-large') return { rows: [], more: true }
  if (page.total !== undefined && page.total > FEW) return { rows: page.rows, more: true }
  const whole = page.total !== undefined && page.rows.length >= page.total && page.rows.length < FEW
  return { rows: whole ? page.rows : (await readAll(client, list, signal)).rows, more: false }
}

/** Ids of the services that GetOrders lists under this order. */
async function lineItems(client: WhmcsClient, whmcsOrderId: string, timeoutMs: number, signal: AbortSignal) {
  const list = { action: 'GetOrders', plural: 'orders', singular: 'order', parameters: { id: whmcsOrderId }, timeoutMs }
  const { rows } = await readAll(client, list, signal)
  return rows.filter((row) => idOf(row.id) === whmcsOrderId).flatMap(productsOf)
}

/** Ids of the services among the line items of a row of GetOrders. */
export function productsOf(order: Row): string[] {
  return rowsOf(order.lineitems, 'lineitem')
    .filter((item) => item.type === 'product')
    .map((item) => idOf(item.relid))
}

function toService(row: Row, orderId: string, marker: Marker): Service {
  const orderItemId = marker.markedItem(row, orderId)
  const [markedFor] = marker.ordersOf(row)
  const quantity = idOf(row.qty)
  const domain = idOf(row.domain)
  return {
    id: idOf(row.id),
    pid: idOf(row.pid),
    status: idOf(row.status),
    ...(domain !== '' && { domain }),
    ...(/^[1-9]\d*$/.test(quantity) && { quantity: Number(quantity) }),
    ...(markedFor !== undefined && { markedFor }),
    ...(orderItemId !== undefined && { orderItemId }),
  }
}
