/** The parameters of AddOrder: every array has an entry at the index of each line, so that PHP can't mistake one for another. */
import { Failure } from '../domain/failure.ts'
import type { OrderLine, ProvisionRequest } from '../domain/order.ts'
import type { Parameters } from './client.ts'
import type { Marker } from './marker.ts'
import { serialized } from './php.ts'

export interface AddOrderOptions {
  marker: Marker
  paymentMethod: string
  /** Whether WHMCS makes an invoice, and whether it sends mails; where the order does not say it itself. */
  invoices: 'none' | 'create'
  mails: 'none' | 'send'
}

/** PHP's max_input_vars: what comes after is dropped without an error. Ten are the credentials' and the envelope's. */
const MOST_VARIABLES = 990

/** Throws ORDER_TOO_LARGE for an order of which PHP would lose a part. */
export function addParameters(request: ProvisionRequest, options: AddOrderOptions): Parameters {
  const { lines, orderId } = request
  const parameters = {
    clientid: request.clientId,
    paymentmethod: options.paymentMethod,
    pid: lines.map((line) => line.pid),
    qty: lines.map((line) => String(line.quantity)),
    billingcycle: lines.map((line) => line.billingCycle),
    ...column(
      'priceoverride',
      lines.map((line) => line.price),
    ),
    ...columnsOf(lines),
    ...serializedColumns(request, options.marker),
    ...flags(request, options),
    ...ownParameters(request),
    ...notes(options.marker.notes(orderId), request.parameters?.notes),
  }
  const variables = Object.values(parameters).reduce((sum, value) => sum + (Array.isArray(value) ? value.length : 1), 0)
  if (variables <= MOST_VARIABLES) return parameters
  const detail = `needs ${variables} values of ${lines.length} lines, of which WHMCS takes ${MOST_VARIABLES}`
  throw new Failure('ORDER_TOO_LARGE', { record: `Order ${orderId}`, detail })
}

/** Nothing at all where no line has one. */
function column(name: string, values: (string | undefined)[]): Parameters {
  return values.some((value) => value !== undefined) ? { [name]: values.map((value) => value ?? '') } : {}
}

function columnsOf(lines: OrderLine[]): Parameters {
  const names = new Set(lines.flatMap(({ parameters = {} }) => Object.keys(parameters)))
  return Object.assign(
    {},
    ...[...names].map((name) =>
      column(
        name,
        lines.map(({ parameters = {} }) => parameters[name]),
      ),
    ),
  )
}

function serializedColumns({ orderId, lines }: ProvisionRequest, marker: Marker): Parameters {
  const customfields = lines.map((line) => merged(line.customfields, marker.customFields(orderId, line), line))
  const configoptions = lines.map((line) => line.configoptions ?? {})
  const domainfields = lines.map((line) => line.domainfields ?? {})
  return {
    ...serializedColumn('customfields', customfields, 'as texts'),
    ...serializedColumn('configoptions', configoptions, 'as integers'),
    ...serializedColumn('domainfields', domainfields, 'as texts'),
  }
}

/** A line that has none gets an array of nothing: that can be unserialized, too. */
function serializedColumn(
  name: string,
  lines: Record<string, string>[],
  numbers: 'as texts' | 'as integers',
): Parameters {
  const some = lines.some((entries) => Object.keys(entries).length > 0)
  return some ? { [name]: lines.map((entries) => serialized(entries, numbers)) } : {}
}

/** Without its marker the order would not be found again. */
function merged(mapped: Record<string, string> = {}, marker: Record<string, string>, line: OrderLine) {
  const [taken] = Object.keys(marker).filter((id) => id in mapped)
  if (taken === undefined) return { ...marker, ...mapped }
  const detail = `has the custom field ${taken} for the marker (markerFields), and the mapping fills it otherwise`
  throw new Failure('MARKER_FIELD_MISSING', { record: `WHMCS product ${line.pid}`, detail })
}

/** PHP takes the word `false` for true: 1, or nothing at all. */
function flags({ invoice, parameters = {} }: ProvisionRequest, { invoices, mails }: AddOrderOptions): Parameters {
  const mode = invoice?.mode ?? invoices
  const said = {
    noinvoice: parameters.noinvoice ?? (mode === 'none' ? '1' : '0'),
    noemail: parameters.noemail ?? (mails === 'none' ? '1' : '0'),
    noinvoiceemail: parameters.noinvoiceemail ?? (mails === 'none' ? '1' : '0'),
    promooverride: parameters.promooverride ?? '0',
  }
  return Object.fromEntries(Object.entries(said).flatMap(([name, value]) => (value === '1' ? [[name, 1]] : [])))
}

const FLAGS = ['noinvoice', 'noemail', 'noinvoiceemail', 'promooverride']

function ownParameters({ parameters = {} }: ProvisionRequest): Parameters {
  const own = Object.entries(parameters).filter(([name]) => name !== 'notes' && !FLAGS.includes(name))
  return Object.fromEntries(own)
}

/** A marker within them would make this order another one's. */
function notes(marker: string | undefined, mapped: string | undefined): Parameters {
  const harmless = mapped?.replace(/sfOrderId\s*=/gi, 'sfOrderId:')
  const parts = [marker, harmless].filter((part) => part !== undefined)
  return parts.length === 0 ? {} : { notes: parts.join('\n') }
}
