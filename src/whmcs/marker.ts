/**
 * How an order in WHMCS says which Salesforce order it is, so that it is found when the answer to AddOrder was lost.
 *
 * - `notes`: the order's notes carry `sfOrderId=<id>`. One call, but AddOrder's `notes` is undocumented: try it first.
 * - `custom-field`: a text field of each product carries `<order id>:<order item id>`. Documented; needs a field a product.
 * - `none`: nothing can be carried; what is new among the client's orders is a person's to judge.
 */
import { Failure } from '../domain/failure.ts'
import type { OrderLine } from '../domain/order.ts'
import { idOf, type Row, rowsOf } from './lists.ts'

export type MarkerKind = 'notes' | 'custom-field' | 'none'

export interface Marker {
  kind: MarkerKind
  /** What the order's notes have to carry. */
  notes(orderId: string): string | undefined
  /** What a line's custom fields have to carry, by id. */
  customFields(orderId: string, line: OrderLine): Record<string, string>
  /** Whether this row of GetOrders is that order. */
  marksOrder(row: Row, orderId: string): boolean
  /** The Salesforce orders that this row, of GetOrders or of GetClientsProducts, is marked for. */
  ordersOf(row: Row): string[]
  /** Of this row of GetClientsProducts: the order item it was made for, when it was made for that order. */
  markedItem(row: Row, orderId: string): string | undefined
}

/** `fields`: id of the marker's custom field by WHMCS product id, as the mapping has it now. */
export function createMarker(kind: MarkerKind, fields: () => Record<string, string>): Marker {
  /** Salesforce order and order item of the custom field. */
  function fieldOf(row: Row): (string | undefined)[] {
    if (kind !== 'custom-field') return []
    const field = fields()[idOf(row.pid)]
    const found = rowsOf(row.customfields, 'customfield').find((candidate) => idOf(candidate.id) === field)
    return idOf(found?.value).split(':')
  }

  return {
    kind,
    notes: (orderId) => (kind === 'notes' ? `sfOrderId=${orderId}` : undefined),
    customFields: (orderId, line) => (kind === 'custom-field' ? customField(orderId, line, fields()) : {}),
    marksOrder: (row, orderId) =>
      kind === 'notes' &&
      typeof row.notes === 'string' &&
      row.notes.split(/[^A-Za-z0-9=]+/).includes(`sfOrderId=${orderId}`),
    ordersOf(row) {
      // A row of GetClientsProducts names its order. It has notes too, but they are not ours.
      if (row.orderid !== undefined)
        return fieldOf(row)
          .slice(0, 1)
          .flatMap((order) => order || [])
      // Whatever the setting: the order may have been made when it was another.
      return [...idOf(row.notes).matchAll(/\bsfOrderId=([A-Za-z0-9]{15,18})\b/g)].flatMap(([, order]) => order ?? [])
    },
    markedItem(row, orderId) {
      const [order, item] = fieldOf(row)
      return order === orderId ? item : undefined
    },
  }
}

function customField(orderId: string, line: OrderLine, fields: Record<string, string>): Record<string, string> {
  const field = fields[line.pid]
  if (field === undefined) {
    throw new Failure('MARKER_FIELD_MISSING', {
      record: `WHMCS product ${line.pid}`,
      detail: 'has no entry in markerFields',
    })
  }
  return { [field]: `${orderId}:${line.orderItemId}` }
}
