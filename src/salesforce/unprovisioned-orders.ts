/** The orders that should be on their way, and of which Salesforce says nothing: candidates for a message that was lost. */
import type { Fields } from '../domain/field.ts'
import type { Mapping } from '../domain/mapping/mapping.ts'
import { field, id18, text } from './order-query.ts'
import type { Rest, Row } from './rest.ts'
import type { Sessions } from './session.ts'

export interface UnprovisionedOrder {
  /** 18 characters. */
  orderId: string
  /** By Salesforce's clock. */
  changedAt: Date
  /** As a message would bring them, as far as they are asked for. */
  fields: Fields
}

export interface UnprovisionedOrdersOptions {
  sessions: Sessions
  rest: Rest
  /** That which is in force now. */
  mapping: () => Pick<Mapping, 'order' | 'eligibleStatuses'>
  /** SOQL: what else an order must be, where not all approved ones are meant. */
  condition?: string
}

export function createUnprovisionedOrders({ sessions, rest, mapping, condition }: UnprovisionedOrdersOptions) {
  return {
    /** Two thousand of them with one call. */
    async changedSince(since: Date): Promise<UnprovisionedOrder[]> {
      const rows = await sessions.use([], (connection) => rest.query(connection, [soql(mapping(), since, condition)]))
      return rows.map((row) => toOrder(row))
    },
  }
}

function soql(
  { order, eligibleStatuses }: ReturnType<UnprovisionedOrdersOptions['mapping']>,
  since: Date,
  condition?: string,
) {
  const statuses = eligibleStatuses.map((status) => `'${status.replace(/['\\]/g, '\\$&')}'`).join(',')
  return [
    'SELECT Id, OrderNumber, Status, SystemModstamp FROM Order',
    `WHERE Status IN (${statuses}) AND ${order.provisioningStatus} = null AND SystemModstamp >= ${since.toISOString()}`,
    ...(condition === undefined ? [] : [`AND (${condition})`]),
    'ORDER BY SystemModstamp, Id',
  ].join(' ')
}

function toOrder(row: Row): UnprovisionedOrder {
  const modstamp = text(row.SystemModstamp) ?? ''
  // REST writes the offset without a colon.
  const changedAt = new Date(modstamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  if (Number.isNaN(changedAt.getTime())) throw new Error('an order without a SystemModstamp')
  const names = ['OrderNumber', 'Status', 'SystemModstamp']
  return {
    orderId: id18(row.Id),
    changedAt,
    fields: Object.fromEntries(names.map((name) => [name, text(field(row, name)) ?? null])),
  }
}
