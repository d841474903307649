import type { FaultQueue } from './faults.ts'

/** WHMCS's own; an installation may have made others. */
export type OrderStatus = 'Pending' | 'Active' | 'Cancelled' | 'Fraud' | (string & {})
export type ClientStatus = 'Active' | 'Inactive' | 'Closed'
/** How lists come: always an array, `{"0": {...}}`, or one row as a bare object. Live installs have answered with all. */
export type ListShape = 'array' | 'numeric' | 'single'

export interface WhmcsService {
  id: number
  pid: number
  qty: number
  /** AddOrder's word: monthly, onetime, ... */
  billingCycle: string
  status: string
  customFields: Record<string, string>
  configOptions: Record<string, string>
  amount: string
  domain: string
  /** What AddOrder was given for the line, by its names; arrays still serialized. */
  asked: Record<string, string>
}

export interface WhmcsClient {
  id: number
  status: ClientStatus
  currency: string
  email: string
  firstname: string
  lastname: string
  companyname: string
  notes: string
  customFields: Record<string, string>
  /** What AddClient was given; nothing for one that was there. */
  asked: Record<string, string>
}

export interface WhmcsInvoice {
  id: number
  clientId: number
  total: string
  status: 'Unpaid' | 'Paid' | 'Cancelled' | 'Refunded'
  payments: { transid: string; gateway: string; amount: string }[]
}

export interface WhmcsOrder {
  id: number
  ordernum: number
  clientId: number
  status: OrderStatus
  notes: string
  /** 0 when the order asked for no invoice. */
  invoiceId: number
  paymentMethod: string
  /** `YYYY-MM-DD HH:MM:SS`, no zone given; here always UTC. */
  date: string
  /** What AddOrder was given for the order, by its names. */
  asked: Record<string, string>
  services: WhmcsService[]
}

export interface WhmcsProduct {
  pid: number
  name?: string
  /** AddOrder's words; the first is what an unknown or missing word falls back to. All words when left out. */
  cycles?: string[]
  /** When given, fields of other ids are dropped. `showOnOrder: false` (admin only) hides one from GetProducts. */
  customFields?: { id: number; name: string; showOnOrder?: boolean }[]
  /**
   * `fails`: its service stays Pending, and so does the order; `fails-late`: the same answer, but the service is Active;
   * `idle`: the order becomes Active, its service does not.
   */
  module?: 'none' | 'works' | 'fails' | 'fails-late' | 'idle'
  /** What a failing module says. */
  says?: string
  /** A quantity becomes as many services. */
  splits?: boolean
}

export interface WhmcsOptions {
  port?: number
  host?: string
  identifier?: string
  secret?: string
  accessKey?: string
  latencyMs?: number
  /** Default mailin and banktransfer. */
  paymentMethods?: string[]
  /** Default true: AddOrder stores notes. False drops them silently, as an install that does not take them. */
  notes?: boolean
  seedOrderId?: number
}

/** What a test may change while the server runs. */
export interface WhmcsKnobs {
  /** Unknown numeric client ids are created on first use. */
  anyClient: boolean
  /** Unknown numeric pids are created on first use. */
  anyProduct: boolean
  listShape: ListShape
  latencyMs: number
  /** Their codes. */
  currencies: string[]
  /** Actions that the API role does not allow. */
  forbids: Set<string>
  /** Orders that a list leaves out, though they are there. */
  omits: { orders(orderId: number): boolean; services(orderId: number): boolean }
  /** Words of a hook: the answer to this call instead of any work. */
  refuses(call: WhmcsCall): string | undefined
}

export interface WhmcsCall {
  action: string
  /** Header of the request, where it has one. */
  traceparent?: string
  params: Record<string, unknown>
  order?: WhmcsOrder
}

export type WhmcsListener = (call: WhmcsCall) => void

export type WhmcsFault = {
  /** An action's name, or 'any'. */
  on: string
  /** How many calls it hits, default 1. */
  times?: number
  /** Waited before anything of the fault happens. */
  delayMs?: number
} & (
  | { kind: 'lost-reply' }
  | { kind: 'hang' }
  | { kind: 'hang-before' }
  | { kind: 'late'; ms: number }
  | { kind: 'reset' }
  | { kind: 'html-500' }
  | { kind: 'status'; status: number; body: string; contentType?: string; work?: boolean }
  | { kind: 'cut-json' }
  | { kind: 'error'; message: string; status?: number }
  | { kind: 'warning' }
)

export interface Whmcs extends WhmcsKnobs {
  /** The install; the API is url + '/includes/api.php'. */
  url: string
  identifier: string
  secret: string
  addClient(fields?: Partial<WhmcsClient>): number
  clients(): WhmcsClient[]
  /** What AddOrder was given that WHMCS would silently have taken for something else. */
  mistakes: string[]
  invoices(): WhmcsInvoice[]
  setInvoice(id: number, status: WhmcsInvoice['status']): void
  /** Adds the product or replaces it, so that a failing module can be mended. */
  addProduct(product: WhmcsProduct): void
  /** An order as it was made long ago, accepted. Its id. */
  seedOrder(order: { clientId: number; notes: string }): number
  /** As a person at the admin page would. */
  setStatus(orderId: number, status: OrderStatus): void
  /** The latest backup had no order from this number on: they are gone, and the numbers are given again. */
  restore(orderId: number): void
  /** How often a module was set to work for this service. */
  moduleRuns(serviceId: number): number
  terminations(serviceId: number): number
  /** The type of the request to cancel this service. */
  cancelRequest(serviceId: number): string | undefined
  /** Copies: a later call does not change them. */
  orders(): WhmcsOrder[]
  /** Orders whose notes carry `sfOrderId=<id>`. */
  ordersFor(salesforceOrderId: string): WhmcsOrder[]
  /** Requests received per action, refused and faulted ones too; 'unknown' and 'total' beside them. */
  calls: Record<string, number>
  faults: Pick<FaultQueue, 'push' | 'clear'>
  /** 'call' when the request has arrived, 'done' after the work and before the reply; no 'done' where no work is done. */
  on(event: 'call' | 'done', listener: WhmcsListener): void
  close(): Promise<void>
}
