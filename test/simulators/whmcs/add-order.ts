import { makeInvoice } from './invoices.ts'
import { type PhpArray, type PhpValue, text, truthy, whole } from './php-form.ts'
import { decodeFields, unserialize } from './php-serialize.ts'
import { failure, type Reply, success } from './reply.ts'
import { findClient, findProduct, insertOrder, now, type Store, type StoredService, scramble } from './store.ts'
import type { WhmcsProduct } from './types.ts'

/** AddOrder's words and what lists say for them; the two never agree. */
export const CYCLES = new Map([
  ['monthly', 'Monthly'],
  ['onetime', 'One Time'],
  ['quarterly', 'Quarterly'],
  ['semiannually', 'Semi-Annually'],
  ['annually', 'Annually'],
  ['biennially', 'Biennially'],
  ['triennially', 'Triennially'],
  ['free', 'Free Account'],
])

/** What AddOrder takes for each line, as its documentation lists it. */
const LINE_PARAMETERS = [
  ...['pid', 'qty', 'domain', 'billingcycle', 'priceoverride', 'customfields', 'configoptions', 'addons', 'addonsqty'],
  ...['hostname', 'ns1prefix', 'ns2prefix', 'rootpw', 'domaintype', 'regperiod', 'eppcode', 'idnlanguage'],
  ...['domainfields', 'dnsmanagement', 'emailforwarding', 'idprotection', 'domainpriceoverride', 'domainrenewoverride'],
]
/** What it takes for the order. */
const ORDER_PARAMETERS = [
  ...['clientid', 'paymentmethod', 'noinvoice', 'noinvoiceemail', 'noemail', 'promocode', 'promooverride', 'affid'],
  ...['clientip', 'contactid', 'notes', 'nameserver1', 'nameserver2', 'nameserver3', 'nameserver4', 'nameserver5'],
]
const ENVELOPE = ['action', 'identifier', 'secret', 'username', 'password', 'accesskey', 'responsetype']
const SERIALIZED = ['customfields', 'configoptions', 'domainfields']
const PRICES = ['priceoverride', 'domainpriceoverride', 'domainrenewoverride']

const PRICE = '10.00'

/**
 * WHMCS would take these silently and do something else than was meant: an unknown name is dropped, a gap or a price that is
 * none falls back to something, what can't be unserialized is nothing. Kept for the test to look at.
 */
const mistake = (params: PhpArray): string | undefined => {
  const pids = params.get('pid')
  const indexes = pids === undefined || typeof pids === 'string' ? [] : [...pids.keys()]
  for (const [name, value] of params) {
    if (![...LINE_PARAMETERS, ...ORDER_PARAMETERS, ...ENVELOPE].includes(name)) return `AddOrder knows no ${name}`
    if (typeof value === 'string') continue
    if (!LINE_PARAMETERS.includes(name)) return `${name} is no array`
    if (indexes.join() !== [...value.keys()].join())
      return `${name} has entries at ${[...value.keys()]}, pid at ${indexes}`
    for (const entry of value.values()) {
      if (entry === '') continue
      if (SERIALIZED.includes(name) && unserialize(text(entry)) === undefined) return `${name} can't be unserialized`
      if (PRICES.includes(name) && !/^\d+\.\d{2,3}$/.test(text(entry))) return `${name} is ${text(entry)}`
    }
  }
  return undefined
}

/** No idempotency of any kind: two equal calls make two orders. */
export const addOrder = (store: Store, params: PhpArray): Reply => {
  const client = findClient(store, whole(params.get('clientid')))
  if (client === undefined) return failure('Client ID Not Found')
  if (client.status === 'Closed') return failure('Unable to add order when client status is Closed')

  const paymentMethod = text(params.get('paymentmethod'))
  if (!store.paymentMethods.includes(paymentMethod)) {
    return failure(`Invalid Payment Method. Valid options include ${store.paymentMethods.join(',')}`)
  }
  const scalar = LINE_PARAMETERS.find((name) => typeof params.get(name) === 'string')
  if (scalar !== undefined) return failure(`Expecting parameter '${scalar}' to be an array`)
  const wrong = mistake(params)
  if (wrong !== undefined) store.mistakes.push(wrong)

  const services = lines(store, params)
  if (services.length === 0) return failure('No items added to cart so order cannot proceed')

  const id = store.next.order++
  const total = services.reduce((sum, service) => sum + Number(service.amount) * service.qty, 0).toFixed(2)
  const invoiceId = truthy(params.get('noinvoice')) ? 0 : makeInvoice(store, { clientId: client.id, total })
  insertOrder(store, {
    id,
    ordernum: 1_000_000_000 + scramble(id),
    clientId: client.id,
    status: 'Pending',
    notes: store.keepsNotes ? text(params.get('notes')) : '',
    invoiceId,
    paymentMethod,
    date: now(),
    asked: Object.fromEntries(
      ORDER_PARAMETERS.filter((name) => params.has(name)).map((name) => [name, text(params.get(name))]),
    ),
    services,
  })
  return success({
    orderid: String(id),
    serviceids: services.map((service) => service.id).join(','),
    addonids: '',
    domainids: '',
    // Both have been seen for "no invoice"; taking turns makes every client meet both.
    invoiceid: invoiceId === 0 && id % 2 === 1 ? 0 : String(invoiceId),
  })
}

/** An unknown pid drops its line silently, as a cart does. What WHMCS really does there is not documented. */
const lines = (store: Store, params: PhpArray): StoredService[] => {
  const at = (name: string, index: string): PhpValue | undefined => {
    const array = params.get(name)
    return array === undefined || typeof array === 'string' ? undefined : array.get(index)
  }
  const pids = params.get('pid')
  if (pids === undefined || typeof pids === 'string') return []

  const services: StoredService[] = []
  for (const [index, pid] of pids) {
    const product = findProduct(store, whole(pid))
    if (product === undefined) continue
    const price = text(at('priceoverride', index))
    const quantity = Math.max(1, whole(at('qty', index)))
    const service = {
      pid: product.pid,
      qty: product.splits ? 1 : quantity,
      billingCycle: cycleOf(product, text(at('billingcycle', index))),
      status: 'Pending',
      customFields: ownFields(product, text(at('customfields', index))),
      configOptions: decodeFields(text(at('configoptions', index))),
      asked: Object.fromEntries(
        LINE_PARAMETERS.filter((name) => params.has(name)).map((name) => [name, text(at(name, index))]),
      ),
      amount: price === '' ? PRICE : price,
      domain: text(at('domain', index)),
      notes: '',
    }
    for (let i = 0; i < (product.splits ? quantity : 1); i++) services.push({ ...service, id: store.next.service++ })
  }
  return services
}

/** A word the product is not sold for becomes its first one, without an error. Undocumented; the nastier reading. */
const cycleOf = (product: WhmcsProduct, word: string): string => {
  const offered = product.cycles ?? [...CYCLES.keys()]
  return offered.includes(word) ? word : (offered[0] ?? 'free')
}

/** Field ids belong to one product: another product's id says nothing here. */
export const ownFields = (product: WhmcsProduct | undefined, base64: string): Record<string, string> => {
  const fields = decodeFields(base64)
  const own = product?.customFields
  if (own === undefined) return fields
  return Object.fromEntries(Object.entries(fields).filter(([id]) => own.some((field) => String(field.id) === id)))
}
