import type { WhmcsClient, WhmcsInvoice, WhmcsKnobs, WhmcsOrder, WhmcsProduct, WhmcsService } from './types.ts'

export interface StoredService extends WhmcsService {
  notes: string
}

export interface StoredOrder extends WhmcsOrder {
  services: StoredService[]
}

export interface ModuleFailure {
  id: number
  serviceId: number
  at: string
  error: string
  retries: number
}

/** All an install holds. Only actions change it. */
export interface Store {
  knobs: WhmcsKnobs
  keepsNotes: boolean
  paymentMethods: string[]
  next: { client: number; order: number; service: number; invoice: number }
  clients: Map<number, WhmcsClient>
  invoices: Map<number, WhmcsInvoice>
  /** What AddOrder was given that WHMCS would not have understood. */
  mistakes: string[]
  products: Map<number, WhmcsProduct>
  orders: Map<number, StoredOrder>
  services: Map<number, { order: StoredOrder; service: StoredService }>
  /** Everything below is kept in GetOrders' scrambled order, so that a read need not sort. */
  listed: StoredOrder[]
  byClient: Map<number, StoredOrder[]>
  byMarker: Map<string, StoredOrder[]>
  moduleFailures: Map<number, ModuleFailure>
  moduleRuns: Map<number, number>
  /** How often a service was to be terminated, and the requests to cancel one. */
  terminations: Map<number, number>
  cancelRequests: Map<number, string>
}

interface StoreOptions {
  knobs: WhmcsKnobs
  keepsNotes: boolean
  paymentMethods: string[]
  seedOrderId: number
}

export const createStore = ({ knobs, keepsNotes, paymentMethods, seedOrderId }: StoreOptions): Store => ({
  knobs,
  keepsNotes,
  paymentMethods,
  // Ranges of their own: a test that mixes up an order's and a service's id must fail.
  next: { client: 1, order: seedOrderId, service: 2_000_001, invoice: 7_000_001 },
  clients: new Map(),
  invoices: new Map(),
  mistakes: [],
  products: new Map(),
  orders: new Map(),
  services: new Map(),
  listed: [],
  byClient: new Map(),
  byMarker: new Map(),
  moduleFailures: new Map(),
  moduleRuns: new Map(),
  terminations: new Map(),
  cancelRequests: new Map(),
})

export const findClient = (store: Store, id: number): WhmcsClient | undefined => {
  const known = store.clients.get(id)
  if (known !== undefined || !store.knobs.anyClient || id <= 0) return known
  const made = clientOf({ id })
  store.clients.set(id, made)
  return made
}

export const clientOf = (fields: Partial<WhmcsClient> & { id: number }): WhmcsClient => ({
  status: 'Active',
  currency: 'USD',
  email: `client-${fields.id}@example.com`,
  firstname: 'Test',
  lastname: `Client ${fields.id}`,
  companyname: '',
  notes: '',
  customFields: {},
  asked: {},
  ...fields,
})

export const findProduct = (store: Store, pid: number): WhmcsProduct | undefined => {
  const known = store.products.get(pid)
  if (known !== undefined || !store.knobs.anyProduct || pid <= 0) return known
  const made: WhmcsProduct = { pid }
  store.products.set(pid, made)
  return made
}

export const nextClientId = (store: Store): number => {
  while (store.clients.has(store.next.client)) store.next.client += 1
  return store.next.client
}

export const insertOrder = (store: Store, order: StoredOrder): void => {
  store.orders.set(order.id, order)
  for (const service of order.services) store.services.set(service.id, { order, service })
  for (const list of listsOf(store, order)) list.splice(position(list, order.id), 0, order)
}

export const removeOrder = (store: Store, order: StoredOrder): void => {
  store.orders.delete(order.id)
  for (const service of order.services) store.services.delete(service.id)
  for (const list of listsOf(store, order)) list.splice(position(list, order.id), 1)
}

/** Orders as an API user sees them at this moment; without what only replies need. */
export const copyOrder = (order: StoredOrder): WhmcsOrder => ({
  ...order,
  asked: { ...order.asked },
  services: order.services.map(({ notes: _, ...service }) => ({
    ...service,
    customFields: { ...service.customFields },
    configOptions: { ...service.configOptions },
  })),
})

/** Unequal for unequal ids below 2^32 (an odd factor is a bijection), the same on every run, in no useful order. */
export const scramble = (id: number): number => Math.imul(id, 2_654_435_761) >>> 0

/** `YYYY-MM-DD HH:MM:SS` */
export const now = (): string => new Date().toISOString().slice(0, 19).replace('T', ' ')

const listsOf = (store: Store, order: StoredOrder): StoredOrder[][] => {
  const markers = new Set([...order.notes.matchAll(/sfOrderId=(\w+)/g)].map((match) => match[1] ?? ''))
  return [
    store.listed,
    listAt(store.byClient, order.clientId),
    ...[...markers].map((marker) => listAt(store.byMarker, marker)),
  ]
}

const listAt = <Key>(lists: Map<Key, StoredOrder[]>, key: Key): StoredOrder[] => {
  const found = lists.get(key)
  if (found !== undefined) return found
  const made: StoredOrder[] = []
  lists.set(key, made)
  return made
}

/** Where the order stands in a scrambled list, or would stand. */
const position = (list: StoredOrder[], id: number): number => {
  const rank = scramble(id)
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (scramble(list[middle]?.id ?? 0) < rank) low = middle + 1
    else high = middle
  }
  return low
}
