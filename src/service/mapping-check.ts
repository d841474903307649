/** Orders of Salesforce as AddOrder would have them by a mapping, field by field. Reads both systems, writes nothing. */
import type { Organization } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import { toFailure } from '../domain/failure.ts'
import type { Mapping, OrderRules } from '../domain/mapping/mapping.ts'
import { SECRET_PARAMETERS } from '../domain/mapping/parameters.ts'
import { buildRequest } from '../domain/mapping/request.ts'
import { toRules } from '../domain/mapping/rules.ts'
import { type OrderSnapshot, obstacle, type ProvisionRequest } from '../domain/order.ts'
import type { MappingPort, OrderCall, Parameter } from '../operations/mapping.ts'
import { type AddOrderOptions, addParameters } from '../whmcs/add-order.ts'
import type { Parameters } from '../whmcs/client.ts'
import { createMarker } from '../whmcs/marker.ts'
import { createSalesforce, createWhmcs } from './adapters.ts'
import { hashOf } from './mapping-in-force.ts'

const WITHIN_MS = 120_000
/** No order has this id: whether the query is understood shows all the same. */
const NOBODY = '801000000000000AAA'

type CurrencyOf = (clientId: string, signal: AbortSignal) => Promise<string | undefined>

/** `mapping`: another than that of the settings. */
export function mappingPort(
  config: Config,
  organization: Organization,
  mapping: Mapping = organization.rules,
): MappingPort {
  const salesforce = createSalesforce(organization, config, { mapping: () => mapping })
  const whmcs = createWhmcs(organization, config, { mapping: () => mapping })
  const { paymentMethod, invoices, mails, marker } = organization.whmcs
  const add = { paymentMethod, invoices, mails, marker: createMarker(marker, () => mapping.markerFields) }
  const rules = toRules(mapping)
  return {
    hash: hashOf(mapping),
    fields: [...rules.needs.order, ...rules.needs.item],
    async calls(orderIds) {
      const signal = AbortSignal.timeout(WITHIN_MS)
      const found = await salesforce.read(orderIds.length > 0 ? orderIds : [NOBODY], [], signal)
      const calls: OrderCall[] = []
      for (const id of new Set(orderIds)) {
        const order = found.get(id)
        if (order !== undefined) calls.push(await callOf(order, { rules, add, currencyOf: whmcs.currencyOf, signal }))
      }
      return calls
    },
  }
}

interface Means {
  rules: OrderRules
  add: AddOrderOptions
  currencyOf: CurrencyOf
  signal: AbortSignal
}

async function callOf(order: OrderSnapshot, means: Means): Promise<OrderCall> {
  const { rules, add } = means
  const { request, origins, failures, skipped } = buildRequest(order, rules)
  const refused = failures.map(({ code, message }) => ({ code: String(code), message }))
  const notEligible = obstacle(order, rules)
  let parameters: Parameter[] = []
  try {
    const sent = request.lines.length > 0 ? addParameters(request, add) : {}
    parameters = named(sent, request, { ...origins, ...OWN })
  } catch (error) {
    const { code, message } = toFailure(error)
    refused.push({ code, message })
  }
  const differs = failures.length === 0 ? await currencyDiffers(request, means) : undefined
  return {
    orderId: order.orderId,
    ...(order.orderNumber !== undefined && { orderNumber: order.orderNumber }),
    ...(notEligible !== undefined && { notEligible }),
    parameters,
    skipped,
    refused: differs === undefined ? refused : [...refused, { code: 'CURRENCY_DIFFERS', message: differs }],
  }
}

/** What neither a mapping nor a field says. */
const OWN = { noinvoice: 'WHMCS_INVOICES', noemail: 'WHMCS_MAILS', noinvoiceemail: 'WHMCS_MAILS' }

function named(
  sent: Parameters,
  { accept = {}, lines }: ProvisionRequest,
  origins: Record<string, string>,
): Parameter[] {
  const all = Object.entries(sent).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number'
      ? [parameter(name, String(value), originOf(name, origins))]
      : value.map((one, i) => parameter(`${name}[${i}]`, one, arrayOrigin(name, i, origins))),
  )
  const readable = lines.flatMap((line, i) =>
    (['configoptions', 'customfields', 'domainfields'] as const).flatMap((array) =>
      Object.entries(line[array] ?? {}).map(([id, value]) =>
        parameter(`${array}.${id}[${i}]`, value, origins[`${array}.${id}[${i}]`] ?? ''),
      ),
    ),
  )
  const accepted = Object.entries(accept).map(([name, value]) =>
    parameter(`accept.${name}`, value, origins[`accept.${name}`] ?? ''),
  )
  return [...all, ...readable, ...accepted]
}

function parameter(name: string, value: string, from: string): Parameter {
  const plain = name.replace(/^accept\.|\[\d+\]$/g, '')
  return { name, value: SECRET_PARAMETERS.includes(plain) && value !== '' ? '(set)' : value, from }
}

function originOf(name: string, origins: Record<string, string>): string {
  if (name === 'notes') return ['marker', origins.notes].filter(Boolean).join(', ')
  return origins[name] ?? (name === 'paymentmethod' ? 'WHMCS_PAYMENT_METHOD' : 'Soapstone')
}

/** Of a serialized array: those of its parts. */
function arrayOrigin(name: string, i: number, origins: Record<string, string>): string {
  const parts = Object.entries(origins).filter(([key]) => key.startsWith(`${name}.`) && key.endsWith(`[${i}]`))
  const own = origins[`${name}[${i}]`]
  if (own !== undefined) return own
  return parts.length > 0 ? `serialized: ${parts.map(([key]) => key).join(', ')}` : 'nothing for this line'
}

async function currencyDiffers({ currency, clientId }: ProvisionRequest, means: Means): Promise<string | undefined> {
  if (currency === undefined || !/^\d+$/.test(clientId)) return undefined
  const billed = await means.currencyOf(clientId, means.signal)
  if (billed === undefined || billed.toUpperCase() === currency.toUpperCase()) return undefined
  return `the prices are in ${currency}, and WHMCS client ${clientId} is billed in ${billed}`
}
