/** Orders in WHMCS: find, add, accept. */
import { Failure } from '../domain/failure.ts'
import type { ProvisionRequest } from '../domain/order.ts'
import type { Parameters, WhmcsClient } from './client.ts'
import { acceptFailure, addFailure, isNotPending, readFailure } from './failures.ts'
import { idOf, readAll, rowsOf } from './lists.ts'
import type { Marker } from './marker.ts'
import { servicesByItem } from './products.ts'

export interface WhmcsOrdersOptions {
  client: WhmcsClient
  marker: Marker
  paymentMethod: string
  /** Whether WHMCS makes an invoice, and whether it sends mails. */
  invoices: 'none' | 'create'
  mails: 'none' | 'send'
  /** For questions, ms. */
  readTimeoutMs: number
  /** For AddOrder and AcceptOrder, which may run modules, ms. */
  writeTimeoutMs: number
}

/** Fits the pipeline's port of the orders, which says what each is for. */
export function createWhmcsOrders(options: WhmcsOrdersOptions) {
  const { client, marker, readTimeoutMs, writeTimeoutMs } = options
  const orders = { action: 'GetOrders', plural: 'orders', singular: 'order', timeoutMs: readTimeoutMs }
  const products = { action: 'GetClientsProducts', plural: 'products', singular: 'product', timeoutMs: readTimeoutMs }

  async function status(whmcsOrderId: string, signal: AbortSignal) {
    const reply = await client.call('GetOrders', { id: whmcsOrderId }, { timeoutMs: readTimeoutMs, signal })
    if (reply.kind !== 'success') throw readFailure('GetOrders', reply)
    const row = rowsOf(reply.body.orders, 'order').find((order) => idOf(order.id) === whmcsOrderId)
    if (row === undefined) return 'missing'
    if (row.status === 'Active') return 'active'
    // Cancelled, Fraud, and statuses of the installation's own: a person's decision, not ours to undo.
    return row.status === 'Pending' ? 'pending' : 'ended'
  }

  return {
    async search(
      clientId: string,
      orderId: string,
      signal: AbortSignal,
    ): Promise<{ all: string[]; marked?: string[] }> {
      const rows = await readAll(client, { ...orders, parameters: { userid: clientId } }, signal)
      const all = unique(rows.map((row) => row.id))
      if (marker.kind === 'none') return { all }
      if (marker.kind === 'notes') {
        return { all, marked: unique(rows.filter((row) => marker.marksOrder(row, orderId)).map((row) => row.id)) }
      }
      const services = await readAll(client, { ...products, parameters: { clientid: clientId } }, signal)
      const marked = services.filter((row) => marker.markedItem(row, orderId) !== undefined)
      return { all, marked: unique(marked.map((row) => row.orderid)) }
    },
    async add(request: ProvisionRequest, signal: AbortSignal) {
      const reply = await client.call('AddOrder', addParameters(request, options), {
        timeoutMs: writeTimeoutMs,
        signal,
      })
      if (reply.kind !== 'success') throw addFailure(reply)
      const whmcsOrderId = idOf(reply.body.orderid)
      if (whmcsOrderId === '')
        throw new Failure('WHMCS_OUTCOME_UNKNOWN', { detail: 'AddOrder: success, but no order id' })
      return { whmcsOrderId, serviceIds: idOf(reply.body.serviceids).split(',').filter(Boolean) }
    },
    status,
    async accept(whmcsOrderId: string, signal: AbortSignal) {
      const reply = await client.call('AcceptOrder', { orderid: whmcsOrderId }, { timeoutMs: writeTimeoutMs, signal })
      if (reply.kind === 'success') return
      if (isNotPending(reply) && (await status(whmcsOrderId, signal)) === 'active') return
      throw acceptFailure(reply)
    },
    services: (request: ProvisionRequest, whmcsOrderId: string, known: string[], signal: AbortSignal) =>
      servicesByItem({ request, whmcsOrderId, known, marker }, (clientId) =>
        readAll(client, { ...products, parameters: { clientid: clientId } }, signal),
      ),
  }
}

/** Paging is unsorted: a row may come twice. */
function unique(ids: unknown[]): string[] {
  return [...new Set(ids.map(idOf))]
}

function addParameters(request: ProvisionRequest, options: WhmcsOrdersOptions): Parameters {
  const { lines } = request
  const priced = lines.some((line) => line.price !== undefined)
  return {
    clientid: request.clientId,
    paymentmethod: options.paymentMethod,
    pid: lines.map((line) => line.pid),
    qty: lines.map((line) => String(line.quantity)),
    billingcycle: lines.map((line) => line.billingCycle),
    ...(priced && { priceoverride: lines.map((line) => line.price ?? '') }),
    ...options.marker.parameters(request),
    // PHP takes the word `false` for true: 1, or nothing at all.
    ...(options.invoices === 'none' && { noinvoice: 1 }),
    ...(options.mails === 'none' && { noemail: 1 }),
  }
}
