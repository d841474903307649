/** Orders in WHMCS: find, add, accept. */
import { Failure } from '../domain/failure.ts'
import type { ClientRequest, ProvisionRequest } from '../domain/order.ts'
import { type AddOrderOptions, addParameters } from './add-order.ts'
import { createCancellations } from './cancellations.ts'
import type { WhmcsClient } from './client.ts'
import { createWhmcsClients } from './clients.ts'
import { createCurrencies } from './currency.ts'
import { acceptFailure, addFailure, isNotPending, readFailure } from './failures.ts'
import { createInvoices } from './invoices.ts'
import { idOf, rowsOf } from './lists.ts'
import { readModuleFailure } from './module-queue.ts'
import { type SearchQuestion, search } from './search.ts'
import { readServices } from './services.ts'

export interface WhmcsOrdersOptions extends AddOrderOptions {
  client: WhmcsClient
  /** For questions, ms. */
  readTimeoutMs: number
  /** For AddOrder and AcceptOrder, which may run modules, ms. */
  writeTimeoutMs: number
}

/** As the pipeline's port of the orders has it. */
export interface WhmcsOrder {
  status: 'pending' | 'active' | 'ended' | 'unknown'
  statusText: string
  clientId: string
  markedFor: string[]
  orderNumber: string
  amount: string
  invoiceId?: string
}

/** How long a WHMCS that is well takes for the smallest question, at most. */
const WELL_MS = 5_000

/** Fits the pipeline's port of the orders, which says what each is for. */
export function createWhmcsOrders(options: WhmcsOrdersOptions) {
  const { client, marker, readTimeoutMs, writeTimeoutMs } = options

  const clients = createWhmcsClients(options)
  const invoices = createInvoices(options)
  const cancellations = createCancellations(options)
  const currencyOf = createCurrencies({ client, readTimeoutMs, now: () => performance.now() })

  async function look(whmcsOrderId: string, signal: AbortSignal): Promise<WhmcsOrder | undefined> {
    const reply = await client.call('GetOrders', { id: whmcsOrderId }, { timeoutMs: readTimeoutMs, signal })
    if (reply.kind !== 'success') throw readFailure('GetOrders', reply)
    const row = rowsOf(reply.body.orders, 'order').find((order) => idOf(order.id) === whmcsOrderId)
    if (row === undefined) return undefined
    const statusText = idOf(row.status)
    const status = STATUSES.get(statusText.toLowerCase()) ?? 'unknown'
    const invoiceId = idOf(row.invoiceid)
    return {
      ...{ status, statusText, clientId: idOf(row.userid), markedFor: marker.ordersOf(row) },
      ...{ orderNumber: idOf(row.ordernum), amount: idOf(row.amount) },
      ...(/^[1-9]/.test(invoiceId) && { invoiceId }),
    }
  }

  /** A question that fails while WHMCS answers others is about this order or its client: no outage. */
  async function ask<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await answer
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'WHMCS_UNAVAILABLE') throw error
      const timeoutMs = Math.min(WELL_MS, readTimeoutMs)
      const reply = await client.call('GetOrders', { limitnum: 1 }, { timeoutMs, signal })
      throw reply.kind === 'success'
        ? new Failure('WHMCS_QUESTION_REFUSED', { detail: error.message, cause: error })
        : error
    }
  }

  return {
    search: (question: SearchQuestion, signal: AbortSignal) => ask(search(options, question, signal), signal),
    async add(request: ProvisionRequest, signal: AbortSignal) {
      const reply = await client.call('AddOrder', addParameters(request, options), {
        timeoutMs: writeTimeoutMs,
        signal,
      })
      if (reply.kind !== 'success') throw refusalOf(addFailure(reply), request)
      const whmcsOrderId = idOf(reply.body.orderid)
      if (whmcsOrderId === '')
        throw new Failure('WHMCS_OUTCOME_UNKNOWN', { detail: 'AddOrder: success, but no order id' })
      return { whmcsOrderId, serviceIds: idOf(reply.body.serviceids).split(',').filter(Boolean) }
    },
    look: (whmcsOrderId: string, signal: AbortSignal) => ask(look(whmcsOrderId, signal), signal),
    async accept(
      { whmcsOrderId, request, modules }: { whmcsOrderId: string; request: ProvisionRequest; modules: 'run' | 'leave' },
      signal: AbortSignal,
    ) {
      const parameters = {
        orderid: whmcsOrderId,
        sendemail: options.mails === 'send' ? 1 : 0,
        ...request.accept,
        // Said in any case: what WHMCS does without them is up to each product. PHP takes the word `false` for true.
        autosetup: modules === 'run' ? 1 : 0,
      }
      const reply = await client.call('AcceptOrder', parameters, { timeoutMs: writeTimeoutMs, signal })
      if (reply.kind === 'success') return
      if (isNotPending(reply) && (await look(whmcsOrderId, signal))?.status === 'active') return
      throw acceptFailure(reply)
    },
    services: (request: ProvisionRequest, order: { whmcsOrderId: string; serviceIds: string[] }, signal: AbortSignal) =>
      ask(readServices(options, request, order, signal), signal),
    findClient: (request: ClientRequest, signal: AbortSignal) => ask(clients.findClient(request, signal), signal),
    addClient: clients.addClient,
    invoice: (invoiceId: string, signal: AbortSignal) => ask(invoices.invoice(invoiceId, signal), signal),
    paidBy: (transactionId: string, signal: AbortSignal) => ask(invoices.paidBy(transactionId, signal), signal),
    pay: invoices.pay,
    ...cancellations,
    currencyOf: (clientId: string, signal: AbortSignal) => ask(currencyOf(clientId, signal), signal),
    moduleFailure: (serviceIds: string[], signal: AbortSignal) =>
      ask(readModuleFailure(options, serviceIds, signal), signal),
  }
}

/** A payment method that the order names itself is no reason for others to wait. */
function refusalOf(failure: Failure, { orderId, parameters = {} }: ProvisionRequest): Failure {
  const { paymentmethod: field } = parameters
  if (failure.code !== 'WHMCS_PAYMENT_METHOD' || field === undefined) return failure
  const detail = `'${field}' is refused. ${failure.message}`
  return new Failure('WHMCS_ORDER_REFUSED', {
    record: `Order ${orderId}`,
    field: 'paymentmethod',
    detail,
    cause: failure,
  })
}

/** WHMCS's own. An installation may add others, which mean what its people say. */
const STATUSES = new Map<string, WhmcsOrder['status']>([
  ['pending', 'pending'],
  ['active', 'active'],
  ['cancelled', 'ended'],
  ['fraud', 'ended'],
])
