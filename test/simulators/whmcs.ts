import { once } from 'node:events'
import { ACTIONS, actionName, isKnown } from './whmcs/actions.ts'
import { faultQueue } from './whmcs/faults.ts'
import { decodeForm, type PhpArray, text, toRecord, whole } from './whmcs/php-form.ts'
import { failure } from './whmcs/reply.ts'
import { createApiServer, type Job } from './whmcs/server.ts'
import {
  clientOf,
  copyOrder,
  createStore,
  insertOrder,
  nextClientId,
  now,
  removeOrder,
  type StoredOrder,
} from './whmcs/store.ts'
import type {
  Whmcs,
  WhmcsCall,
  WhmcsInvoice,
  WhmcsKnobs,
  WhmcsListener,
  WhmcsOptions,
  WhmcsProduct,
} from './whmcs/types.ts'
import { work } from './whmcs/work.ts'

export type { Whmcs, WhmcsCall, WhmcsFault, WhmcsOptions, WhmcsOrder } from './whmcs/types.ts'

/** A WHMCS install on a real port, as far as includes/api.php goes. Nothing in it is exactly-once: that is our job. */
export const startWhmcs = async (options: WhmcsOptions = {}): Promise<Whmcs> => {
  const identifier = options.identifier ?? 'simulated-identifier'
  const secret = options.secret ?? 'simulated-secret'
  const credentials = { identifier, secret, accessKey: options.accessKey }
  const knobs: WhmcsKnobs = {
    anyClient: true,
    anyProduct: true,
    listShape: 'array',
    latencyMs: options.latencyMs ?? 0,
    currencies: ['USD'],
    forbids: new Set(),
    omits: { orders: () => false, services: () => false },
    refuses: () => undefined,
  }
  const store = createStore({
    knobs,
    keepsNotes: options.notes ?? true,
    paymentMethods: options.paymentMethods ?? ['mailin', 'banktransfer'],
    seedOrderId: options.seedOrderId ?? 1001,
  })
  const faults = faultQueue()
  const calls: Record<string, number> = { total: 0, unknown: 0 }
  for (const name of Object.keys(ACTIONS)) calls[name] = 0
  const listeners: Record<'call' | 'done', WhmcsListener[]> = { call: [], done: [] }

  const tell = (
    event: 'call' | 'done',
    action: string,
    params: PhpArray,
    order: StoredOrder | undefined,
    traceparent?: string,
  ): void => {
    if (listeners[event].length === 0) return
    const call: WhmcsCall = {
      action,
      params: toRecord(params),
      ...(order && { order: copyOrder(order) }),
      ...(traceparent !== undefined && { traceparent }),
    }
    for (const listener of listeners[event]) listener(call)
  }

  const receive = (body: string, traceparent: string | undefined): Job => {
    const params = decodeForm(body)
    const action = actionName(text(params.get('action')))
    const counted = isKnown(action) ? action : 'unknown'
    calls[counted] = (calls[counted] ?? 0) + 1
    calls.total = (calls.total ?? 0) + 1
    tell('call', action, params, store.orders.get(whole(params.get('orderid'))), traceparent)
    return {
      action,
      wantsJson: text(params.get('responsetype')) === 'json',
      fault: faults.take(action),
      perform() {
        const before = store.orders.get(whole(params.get('orderid')))
        const words = knobs.refuses({ action, params: toRecord(params), ...(before && { order: copyOrder(before) }) })
        if (words !== undefined) return { status: 200, reply: failure(words) }
        const outcome = work({ store, credentials, action, params })
        const made = outcome.reply.orderid
        tell('done', action, params, before ?? store.orders.get(typeof made === 'string' ? Number(made) : 0))
        return outcome
      },
    }
  }

  const host = options.host ?? '127.0.0.1'
  const { server, stop } = createApiServer({ receive, latencyMs: () => knobs.latencyMs })
  server.listen(options.port ?? 0, host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  // Assigned onto the knobs, so that what a test sets on the result is what the actions read.
  return Object.assign(knobs, {
    url: `http://${host}:${port}/whmcs`,
    identifier,
    secret,
    addClient({ id = nextClientId(store), ...fields }: NonNullable<Parameters<Whmcs['addClient']>[0]> = {}) {
      store.clients.set(id, clientOf({ id, ...fields }))
      return id
    },
    mistakes: store.mistakes,
    clients: () => [...store.clients.values()].map((client) => ({ ...client })),
    invoices: () => [...store.invoices.values()].map((invoice) => structuredClone(invoice)),
    setInvoice(id: number, status: WhmcsInvoice['status']) {
      const invoice = store.invoices.get(id)
      if (invoice) invoice.status = status
    },
    addProduct(product: WhmcsProduct) {
      store.products.set(product.pid, product)
    },
    seedOrder({ clientId, notes }: { clientId: number; notes: string }) {
      const id = store.next.order++
      const base = { id, ordernum: 1_000_000_000 + id, clientId, notes, invoiceId: 0, paymentMethod: 'mailin' }
      const service = { id: store.next.service++, pid: 185, qty: 1, billingCycle: 'monthly', status: 'Active' }
      const services = [
        { ...service, customFields: {}, configOptions: {}, asked: {}, amount: '10.00', domain: '', notes: '' },
      ]
      insertOrder(store, { ...base, status: 'Active', date: now(), asked: {}, services })
      return id
    },
    setStatus(orderId: number, status: string) {
      const order = store.orders.get(orderId)
      if (order) order.status = status
    },
    restore(orderId: number) {
      for (const order of [...store.orders.values()]) if (order.id >= orderId) removeOrder(store, order)
      store.next.order = orderId
    },
    terminations: (serviceId: number) => store.terminations.get(serviceId) ?? 0,
    cancelRequest: (serviceId: number) => store.cancelRequests.get(serviceId),
    moduleRuns: (serviceId: number) => store.moduleRuns.get(serviceId) ?? 0,
    orders: () => [...store.orders.values()].map(copyOrder),
    ordersFor: (salesforceOrderId: string) => (store.byMarker.get(salesforceOrderId) ?? []).map(copyOrder),
    calls,
    faults,
    on(event: 'call' | 'done', listener: WhmcsListener) {
      listeners[event].push(listener)
    },
    close: stop,
  })
}
