/** An order as what WHMCS is asked for, with everything that stands in the way of it, and where each part comes from. */
import { Failure, toFailure } from '../failure.ts'
import type { ClientRequest, InvoiceRequest, OrderLine, OrderSnapshot, ProvisionRequest } from '../order.ts'
import { buildLine, isCount } from './line.ts'
import type { OrderRules, Values } from './mapping.ts'
import { decimalsOf } from './money.ts'
import { ACCEPT_PARAMETERS, type Kind, ORDER_PARAMETERS } from './parameters.ts'
import { type Evaluated, evaluate, type Fields, isYes, type Value } from './value.ts'

export interface Built {
  request: ProvisionRequest
  /** Where each parameter comes from: `hostname[0]`, `customfields.7[1]`, `paymentmethod`, `accept.serverid`. */
  origins: Record<string, string>
  /** Why it can't be sent. */
  failures: Failure[]
  /** The lines that are not for WHMCS, a sentence each. */
  skipped: string[]
}

/** Throws a permanent Failure that names the record and the field which must be mended. */
export function toProvisionRequest(order: OrderSnapshot, rules: OrderRules): ProvisionRequest {
  const { request, failures } = buildRequest(order, rules)
  const [failure] = failures
  if (failure !== undefined) throw failure
  return request
}

export function buildRequest(order: OrderSnapshot, rules: OrderRules): Built {
  const built: Built = {
    request: { orderId: order.orderId, clientId: '', lines: [] },
    origins: {},
    failures: [],
    skipped: [],
  }
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (error) {
      built.failures.push(toFailure(error))
      return undefined
    }
  }
  const source = sourceOf(order)
  attempt(() => addClient(built, order, rules))
  if (order.items.length === 0) {
    built.failures.push(
      new Failure('ORDER_EMPTY', { record: `Order ${order.orderId}`, field: 'OrderItems', detail: 'has no items' }),
    )
  }
  const currency = attempt(() => currencyOf(order, rules))
  const once: Shared = {}
  const accept: Shared = {}
  for (const item of order.items) {
    const line = attempt(() => buildLine(item, { rules, fields: source.fields, ...currencyContext(currency) }))
    if (line === undefined) continue
    if ('left' in line) {
      if (line.left === 'promo') attempt(() => share(once, { promocode: line.promocode }, item.id))
      else built.skipped.push(line.why)
      continue
    }
    attempt(() => share(once, line.once, item.id))
    attempt(() => share(accept, line.accept, item.id))
    const i = built.request.lines.push(line.line) - 1
    for (const [name, from] of Object.entries(line.origins)) built.origins[`${name}[${i}]`] = from
  }
  if (currency !== undefined && isPriced(built.request.lines)) built.request.currency = currency.whmcs
  attempt(() => addParameters(built, rules.orderParameters, { known: ORDER_PARAMETERS, shared: once, ...source }))
  attempt(() => addParameters(built, rules.accept, { known: ACCEPT_PARAMETERS, shared: accept, ...source }))
  const { invoice } = rules
  if (invoice !== undefined) built.request.invoice = attempt(() => invoiceOf(invoice, source)) ?? { mode: invoice.mode }
  return built
}

interface Source {
  record: string
  fields: Fields
}

function sourceOf({ orderId, values = {} }: OrderSnapshot): Source {
  return { record: `Order ${orderId}`, fields: values }
}

function addClient({ request, origins }: Built, order: OrderSnapshot, rules: OrderRules): void {
  const { id, whmcsClientId: clientId } = order.account
  const field = rules.fields.whmcsClientId
  if (clientId !== undefined && isCount(clientId)) {
    request.clientId = clientId
    origins.clientid = `Account.${field}`
    return
  }
  if (clientId === undefined && rules.client !== undefined) {
    request.clientId = accountKey(id)
    origins.clientid = 'client of the mapping'
    request.client = clientOf(order, rules.client)
    return
  }
  const detail =
    clientId === undefined ? 'is empty: which WHMCS client is this account?' : `is '${clientId}', not a WHMCS client id`
  throw new Failure('CLIENT_LINK_MISSING', { record: `Account ${id}`, field, detail })
}

/** Stands for the client of an account as long as nobody knows it: its orders wait for each other. */
function accountKey(accountId: string): string {
  return `account ${accountId}`
}

function clientOf({ account, values = {} }: OrderSnapshot, rules: NonNullable<OrderRules['client']>): ClientRequest {
  const record = `Account ${account.id}`
  const text = (value: Value | undefined, what: string) =>
    value === undefined ? '' : evaluate(value, values, { record, what }).text.trim()
  const all = Object.entries(rules.fields).map(([name, value]) => [name, text(value, `client.fields.${name}`)] as const)
  const filled = all.filter(([, found]) => found !== '')
  const email = text(rules.email, 'client.email')
  const external = rules.externalId && text(rules.externalId.value, 'client.externalId')
  const prefix = 'customfields.'
  return {
    accountId: account.id,
    ...(email !== '' && { email }),
    ...(rules.externalId && external ? { externalId: { ...rules.externalId, value: external } } : {}),
    create: rules.create,
    fields: Object.fromEntries(filled.filter(([name]) => !name.startsWith(prefix))),
    customfields: Object.fromEntries(
      filled.filter(([name]) => name.startsWith(prefix)).map(([name, found]) => [name.slice(prefix.length), found]),
    ),
  }
}

interface OrderCurrency {
  salesforce: string
  whmcs: string
  decimals: number
}

/** Undefined: nobody says which it is, so that nothing can be compared. */
function currencyOf(order: OrderSnapshot, rules: OrderRules): OrderCurrency | undefined {
  const { record, fields } = sourceOf(order)
  const mapped = rules.currency && evaluate(rules.currency, fields, { record, what: 'currency' }).text.trim()
  const salesforce = mapped || order.currency
  if (!salesforce) return undefined
  const known = Object.entries(rules.currencies).find(([code]) => code.toUpperCase() === salesforce.toUpperCase())?.[1]
  const whmcs = known?.whmcs ?? salesforce
  return { salesforce, whmcs, decimals: known?.decimals ?? decimalsOf(whmcs) }
}

function currencyContext(currency: OrderCurrency | undefined) {
  return { decimals: currency?.decimals ?? decimalsOf(undefined), currency: currency?.salesforce }
}

function isPriced(lines: OrderLine[]): boolean {
  return lines.some(
    ({ price, parameters = {} }) =>
      price !== undefined || 'domainpriceoverride' in parameters || 'domainrenewoverride' in parameters,
  )
}

/** What several lines say of the one order, and the line that said it first. */
type Shared = Record<string, Evaluated & { item: string }>

function share(shared: Shared, given: Record<string, Evaluated>, item: string): void {
  for (const [name, value] of Object.entries(given)) {
    const first = shared[name]
    if (first === undefined) shared[name] = { ...value, item }
    else if (first.text !== value.text) {
      const detail = `and OrderItem ${item} say two things for ${name}, of which WHMCS takes one for an order`
      throw new Failure('MAPPED_VALUES_DIFFER', { record: `OrderItem ${first.item}`, detail })
    }
  }
}

/** What the order's own block says wins over what its lines say. */
function addParameters(
  { request, origins }: Built,
  values: Values,
  { known, shared, record, fields }: Source & { known: Record<string, Kind>; shared: Shared },
): void {
  const found: Record<string, string> = {}
  const accepts = known === ACCEPT_PARAMETERS
  for (const [name, kind] of Object.entries(known)) {
    const value = values[name]
    const own = value && evaluate(value, fields, { record, what: name })
    const { text, from } = own && own.text.trim() !== '' ? own : (shared[name] ?? { text: '', from: '' })
    if (text === '') continue
    found[name] = kind === 'flag' ? (isYes(text) ? '1' : '0') : text
    origins[accepts ? `accept.${name}` : name] = from
  }
  if (Object.keys(found).length > 0) request[accepts ? 'accept' : 'parameters'] = found
}

function invoiceOf(rules: NonNullable<OrderRules['invoice']>, { record, fields }: Source): InvoiceRequest {
  const text = (value: Value | undefined, what: string) =>
    value === undefined ? '' : evaluate(value, fields, { record, what }).text.trim()
  const transactionId = text(rules.transactionId, 'invoice.transactionId')
  const gateway = text(rules.gateway, 'invoice.gateway')
  if (rules.mode === 'created-and-paid' && transactionId === '') {
    const field = rules.transactionId?.kind === 'field' ? rules.transactionId.path : 'invoice.transactionId'
    throw new Failure('PAYMENT_UNKNOWN', { record, field, detail: 'is empty: which payment settles the invoice?' })
  }
  return { mode: rules.mode, ...(transactionId && { transactionId }), ...(gateway && { gateway }) }
}
