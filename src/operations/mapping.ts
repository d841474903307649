/** What a mapping makes of orders, before it is let loose on them: nothing is written anywhere. */

/** One order as WHMCS would be asked for it. */
export interface OrderCall {
  orderId: string
  orderNumber?: string
  /** Why it is not to be provisioned now. */
  notEligible?: string
  /** In the order in which they are sent; AcceptOrder's begin with `accept.`. */
  parameters: Parameter[]
  /** Lines that are left out, a sentence each. */
  skipped: string[]
  /** Why it would be refused. */
  refused: { code: string; message: string }[]
}

export interface Parameter {
  name: string
  value: string
  /** A field, `constant`, or what else it comes from. */
  from: string
}

export interface MappingCheck {
  /** Of the mapping that was looked at. */
  hash: string
  /** The fields that it reads, besides those of every order. */
  fields: string[]
  orders: OrderCall[]
  /** With another mapping: what it makes of the same orders. */
  differences?: Difference[]
  compared?: number
}

export interface Difference {
  orderId: string
  orderNumber?: string
  changes: { name: string; now: string | undefined; other: string | undefined }[]
}

/** Salesforce and WHMCS, as the check needs them. */
export interface MappingPort {
  readonly hash: string
  readonly fields: string[]
  /** Orders that can't be read are left out. */
  calls(orderIds: string[]): Promise<OrderCall[]>
}

/** What the mapping makes of one order; of none: whether Salesforce has all of its fields. */
export async function checkMapping(mapping: MappingPort, orderId: string | undefined): Promise<MappingCheck> {
  const { hash, fields } = mapping
  const orders = await mapping.calls(orderId === undefined ? [] : [orderId])
  return { hash, fields, orders }
}

/** The calls that another mapping would make otherwise. */
export async function compareMappings(now: MappingPort, other: MappingPort, orderIds: string[]): Promise<MappingCheck> {
  const [before, after] = [await now.calls(orderIds), await other.calls(orderIds)]
  const differences = before.flatMap((call): Difference[] => {
    const { orderId, orderNumber } = call
    const changes = changesOf(
      call,
      after.find((one) => one.orderId === orderId),
    )
    return changes.length === 0 ? [] : [{ orderId, ...(orderNumber !== undefined && { orderNumber }), changes }]
  })
  return { hash: other.hash, fields: other.fields, orders: [], differences, compared: before.length }
}

function changesOf(call: OrderCall, other: OrderCall | undefined): Difference['changes'] {
  const [now, others] = [flat(call), flat(other)]
  const names = [...new Set([...now.keys(), ...others.keys()])]
  return names
    .map((name) => ({ name, now: now.get(name), other: others.get(name) }))
    .filter((change) => change.now !== change.other)
}

function flat(call: OrderCall | undefined): Map<string, string> {
  if (call === undefined) return new Map()
  const refused = call.refused.map(({ code, message }) => `${code}: ${message}`).join('; ')
  return new Map([
    ...call.parameters.map(({ name, value }) => [name, value] as const),
    ...(refused === '' ? [] : [['refused', refused] as const]),
    ...(call.notEligible === undefined ? [] : [['not eligible', call.notEligible] as const]),
  ])
}
