/** Values of an order that must not be read from the ledger, such as passwords: sealed in its snapshot. */
import type { Fields } from '../../domain/mapping/value.ts'
import type { OrderSnapshot } from '../../domain/order.ts'
import type { Vault } from '../record/vault.ts'

interface Sealed {
  order: Fields
  /** By order item. */
  items: Record<string, Fields>
}

/** Without a key there is nothing to seal them with: they stay as they are. */
export function sealValues(organizationId: string, order: OrderSnapshot, vault: Vault | undefined): OrderSnapshot {
  const { secrets = [], values, items } = order
  if (vault === undefined || secrets.length === 0) return order
  const taken: Sealed = {
    order: only(values, secrets),
    items: Object.fromEntries(items.map((item) => [item.id, only(item.values, secrets)])),
  }
  return {
    ...order,
    ...(values && { values: without(values, secrets) }),
    items: items.map((item) => ({ ...item, ...(item.values && { values: without(item.values, secrets) }) })),
    sealed: vault.seal(organizationId, JSON.stringify(taken)).toString('base64'),
  }
}

/** What can't be opened stays missing: then the order is read again. */
export function openValues(organizationId: string, order: OrderSnapshot, vault: Vault | undefined): OrderSnapshot {
  const { sealed, ...rest } = order
  const text = sealed === undefined ? undefined : vault?.open(organizationId, Buffer.from(sealed, 'base64'))
  if (text === undefined) return order
  // Written by sealValues alone.
  const opened = JSON.parse(text) as Sealed
  return {
    ...rest,
    ...(rest.values && { values: { ...rest.values, ...opened.order } }),
    items: rest.items.map((item) => ({
      ...item,
      ...(item.values && { values: { ...item.values, ...opened.items[item.id] } }),
    })),
  }
}

function only(fields: Fields = {}, paths: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([path]) => paths.includes(path)))
}

function without(fields: Fields, paths: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([path]) => !paths.includes(path)))
}
