import { CYCLES } from './add-order.ts'
import { type PhpArray, text, truthy, whole } from './php-form.ts'
import { displayName, productName } from './reads.ts'
import { listOf, type Reply, success } from './reply.ts'
import type { Store, StoredOrder, StoredService } from './store.ts'

const PAGE = 25

/** No sort and no filter on notes, as in WHMCS: whoever looks for a marker reads every page. Ids and counts are ints. */
export const getOrders = (store: Store, params: PhpArray): Reply => {
  const status = text(params.get('status'))
  const found = listed(candidates(store, params), store.knobs.omits.orders)
  // Most sweeps name no status: then a client of 20,000 orders costs a slice, not a walk.
  const matching = status === '' ? found : found.filter((order) => order.status === status)
  const { start, rows } = page(params, matching)
  return success({
    totalresults: matching.length,
    startnumber: start,
    numreturned: rows.length,
    orders: listOf(
      'order',
      rows.map((order) => orderRow(store, order)),
      store.knobs.listShape,
    ),
  })
}

/** Ids and counts are strings here, and the request's filters are repeated. */
export const getClientsProducts = (store: Store, params: PhpArray): Reply => {
  const matching = serviceCandidates(store, params).filter(({ order }) => !store.knobs.omits.services(order.id))
  const { start, rows } = page(params, matching)
  return success({
    clientid: params.get('clientid') ?? null,
    serviceid: params.get('serviceid') ?? null,
    pid: params.get('pid') ?? null,
    domain: params.get('domain') ?? null,
    totalresults: String(matching.length),
    startnumber: start,
    numreturned: rows.length,
    products: listOf(
      'product',
      rows.map((row) => serviceRow(store, row)),
      store.knobs.listShape,
    ),
  })
}

const listed = (orders: StoredOrder[], omits: (orderId: number) => boolean): StoredOrder[] =>
  orders.some((order) => omits(order.id)) ? orders.filter((order) => !omits(order.id)) : orders

const candidates = (store: Store, params: PhpArray): StoredOrder[] => {
  const userid = whole(params.get('userid'))
  if (text(params.get('id')) === '') return userid === 0 ? store.listed : (store.byClient.get(userid) ?? [])
  const order = store.orders.get(whole(params.get('id')))
  return order === undefined || (userid !== 0 && order.clientId !== userid) ? [] : [order]
}

interface Row {
  order: StoredOrder
  service: StoredService
}

const serviceCandidates = (store: Store, params: PhpArray): Row[] => {
  const clientId = whole(params.get('clientid'))
  const serviceId = whole(params.get('serviceid'))
  const pid = whole(params.get('pid'))
  const domain = text(params.get('domain'))
  const wanted = ({ order, service }: Row): boolean =>
    (clientId === 0 || order.clientId === clientId) &&
    (pid === 0 || service.pid === pid) &&
    (domain === '' || service.domain === domain)

  if (serviceId !== 0) return [store.services.get(serviceId)].filter((row) => row !== undefined).filter(wanted)
  const orders = clientId === 0 ? store.listed : (store.byClient.get(clientId) ?? [])
  return orders.flatMap((order) => order.services.map((service) => ({ order, service }))).filter(wanted)
}

const page = <Item>(params: PhpArray, items: Item[]): { start: number; rows: Item[] } => {
  const start = whole(params.get('limitstart'))
  const size = truthy(params.get('limitnum')) ? whole(params.get('limitnum')) : PAGE
  return { start, rows: items.slice(start, start + size) }
}

const orderRow = (store: Store, order: StoredOrder): Reply => ({
  id: order.id,
  ordernum: order.ordernum,
  userid: order.clientId,
  contactid: 0,
  requestor_id: 0,
  admin_requestor_id: 1,
  date: order.date,
  nameservers: '',
  transfersecret: '',
  renewals: '',
  promocode: order.asked.promocode ?? '',
  promotype: '',
  promovalue: '',
  orderdata: '[]',
  amount: order.services.reduce((sum, service) => sum + Number(service.amount) * service.qty, 0).toFixed(2),
  paymentmethod: order.paymentMethod,
  invoiceid: order.invoiceId,
  status: order.status,
  ipaddress: '127.0.0.1',
  fraudmodule: '',
  fraudoutput: '',
  notes: order.notes,
  paymentmethodname: displayName(order.paymentMethod),
  paymentstatus: store.invoices.get(order.invoiceId)?.status ?? null,
  name: `Test Client ${order.clientId}`,
  currencyprefix: '$',
  currencysuffix: ' USD',
  frauddata: '',
  validationdata: '',
  lineitems: listOf(
    'lineitem',
    order.services.map((service) => lineItem(store, service)),
    store.knobs.listShape,
  ),
})

const lineItem = (store: Store, service: StoredService): Reply => ({
  type: 'product',
  relid: service.id,
  producttype: 'Other Product/Service',
  product: nameOf(store, service),
  domain: service.domain,
  // GetOrders writes One-Time where GetClientsProducts writes One Time.
  billingcycle: (CYCLES.get(service.billingCycle) ?? '').replace('One Time', 'One-Time'),
  amount: service.amount,
  status: service.status,
})

const serviceRow = (store: Store, { order, service }: Row): Reply => ({
  id: String(service.id),
  qty: String(service.qty),
  clientid: String(order.clientId),
  orderid: String(order.id),
  ordernumber: String(order.ordernum),
  pid: String(service.pid),
  regdate: order.date.slice(0, 10),
  name: nameOf(store, service),
  translated_name: nameOf(store, service),
  groupname: 'Simulated',
  domain: service.domain,
  firstpaymentamount: service.amount,
  recurringamount: service.billingCycle === 'onetime' ? '0.00' : service.amount,
  paymentmethod: order.paymentMethod,
  paymentmethodname: displayName(order.paymentMethod),
  billingcycle: CYCLES.get(service.billingCycle) ?? '',
  nextduedate: service.billingCycle === 'onetime' ? '0000-00-00' : order.date.slice(0, 10),
  status: service.status,
  username: `svc${service.id}`,
  // In clear, as WHMCS sends it: whoever logs a raw body leaks this.
  password: `in-clear-${service.id}`,
  subscriptionid: '',
  notes: service.notes,
  lastupdate: '0000-00-00 00:00:00',
  customfields: listOf('customfield', fieldRows(store, service), store.knobs.listShape),
  configoptions: listOf(
    'configoption',
    Object.entries(service.configOptions).map(([id, value]) => ({ id: Number(id), option: `Option ${id}`, value })),
    store.knobs.listShape,
  ),
})

/** Every field of the product, filled or not. */
const fieldRows = (store: Store, service: StoredService): Reply[] => {
  const own = store.products.get(service.pid)?.customFields
  const fields = own ?? Object.keys(service.customFields).map((id) => ({ id: Number(id), name: `Field ${id}` }))
  return fields.map(({ id, name }) => ({ id, name, translated_name: name, value: service.customFields[id] ?? '' }))
}

const nameOf = (store: Store, service: StoredService): string =>
  productName(store.products.get(service.pid) ?? { pid: service.pid })
