/** What provision needs of the ledger and of WHMCS, in its own words. */
import type { OrderRules } from '../../../domain/mapping/mapping.ts'
import type { ProvisioningState } from '../../../domain/notification.ts'
import type { ClientRequest, Details, ProvisionRequest } from '../../../domain/order.ts'
import type { Service } from '../../../domain/services.ts'

/** The ledger's record of what was asked of WHMCS. */
export interface Intents {
  read(organizationId: string, orderId: string): Promise<Intent | undefined>
  /** To be called before AddOrder. Returns the number of this sending; undefined: another worker was faster, send nothing. */
  intend(
    organizationId: string,
    request: ProvisionRequest,
    before: { priorOrderIds: string[]; sends: number; looksNeeded: number },
  ): Promise<number | undefined>
  /** Writes that nothing was made: WHMCS refused, or was not reached. */
  recordRefusal(organizationId: string, orderId: string, sends: number): Promise<void>
  /** Writes that WHMCS was searched, and the order was not found. */
  recordSearch(organizationId: string, orderId: string, sends: number): Promise<void>
  /**
   * The order exists in WHMCS; what was not adopted is accepted next, or `later`, when its invoice is settled. False: it is known under another id, or another
   * worker adopted ours before we heard of it. Throws WHMCS_ORDER_ID_REUSED when another order has that id.
   */
  recordOrder(
    organizationId: string,
    request: ProvisionRequest,
    order: { whmcsOrderId: string; adopted: boolean; accept?: 'later' },
  ): Promise<boolean>
  /**
   * Before an AcceptOrder that does not follow an AddOrder of ours. False: another worker was faster, send nothing;
   * one that began longer ago than `settleSeconds` has ended.
   */
  beginAccept(organizationId: string, orderId: string, settleSeconds: number): Promise<boolean>
  /** The same before an AddInvoicePayment. */
  beginPay(organizationId: string, orderId: string, settleSeconds: number): Promise<boolean>
  /** Before anything is cancelled in WHMCS; as `beginAccept`. */
  beginCancel(organizationId: string, orderId: string, settleSeconds: number): Promise<boolean>
  recordCancelled(organizationId: string, orderId: string): Promise<void>
  /** What write-back says besides. */
  recordDetails(organizationId: string, orderId: string, details: Details): Promise<void>
}

/** The ledger's record of the clients of accounts. */
export interface Clients {
  read(accountId: string): Promise<ClientIntent | undefined>
  /** To be called before AddClient. Returns the number of this sending; undefined: another worker was faster. */
  intend(accountId: string, before: { sends: number; looksNeeded: number }): Promise<number | undefined>
  /** False: it is known as another one. */
  record(accountId: string, whmcsClientId: string, foundBy: string): Promise<boolean>
  /** Writes that nothing was made. */
  recordRefusal(accountId: string, sends: number): Promise<void>
  /** Writes that WHMCS was searched in vain. */
  recordSearch(accountId: string, sends: number): Promise<void>
}

export type ClientIntent = { sends: number; looks: number; secondsSinceLook: number } & (
  | { state: 'known'; whmcsClientId: string }
  /** `sending`: the outcome of AddClient is not known. */
  | { state: 'sending' | 'refused' }
)

export interface Intent {
  state: ProvisioningState
  /** To whom AddOrder was sent. */
  whmcsClientId: string
  whmcsOrderId?: string
  /** Ids of the orders that the client had before the sending. */
  priorOrderIds: string[]
  sends: number
  looks: number
  secondsSinceSent: number
  secondsSinceLook?: number
  secondsSinceAccept?: number
}

/** WHMCS, as provision needs it. Everything throws a Failure; of class `reconcile` where it may have acted. */
export interface WhmcsOrders {
  /** The client's orders. `orders-and-services`: both lists are read, and compared. */
  search(question: SearchQuestion, signal: AbortSignal): Promise<Found>
  add(request: ProvisionRequest, signal: AbortSignal): Promise<Made>
  /** One order. Undefined: it is not there. */
  look(whmcsOrderId: string, signal: AbortSignal): Promise<WhmcsOrder | undefined>
  /** `leave`: its services are not handed to their modules. */
  accept(
    order: { whmcsOrderId: string; request: ProvisionRequest; modules: Modules },
    signal: AbortSignal,
  ): Promise<void>
  /** The services of that order. `serviceIds`: those that AddOrder named, if it named any. */
  services(request: ProvisionRequest, order: Made, signal: AbortSignal): Promise<Service[]>
  /** The client of the account. Undefined: there is none. Throws CLIENT_AMBIGUOUS where there are several. */
  findClient(client: ClientRequest, signal: AbortSignal): Promise<{ id: string; by: string } | undefined>
  /** Returns the id of the new client. */
  addClient(client: ClientRequest, signal: AbortSignal): Promise<string>
  /** The currency that WHMCS bills this client in, as a code. Undefined: it does not say. */
  currencyOf(clientId: string, signal: AbortSignal): Promise<string | undefined>
  invoice(invoiceId: string, signal: AbortSignal): Promise<Invoice>
  /** The invoices that this transaction has paid for. */
  paidBy(transactionId: string, signal: AbortSignal): Promise<string[]>
  /** AddInvoicePayment: of all that is open. */
  pay(
    payment: { invoiceId: string; transactionId: string; gateway: string | undefined },
    signal: AbortSignal,
  ): Promise<void>
  /** Of an order that is pending. */
  cancelOrder(whmcsOrderId: string, signal: AbortSignal): Promise<void>
  endService(serviceId: string, how: OrderRules['cancelBy'], signal: AbortSignal): Promise<void>
  /** What the module queue says of a create that failed for one of these services. Undefined: nothing did. */
  moduleFailure(serviceIds: string[], signal: AbortSignal): Promise<ModuleFailure | undefined>
}

export type Modules = 'run' | 'leave'

export interface SearchQuestion {
  clientId: string
  orderId: string
  lists: 'orders' | 'orders-and-services'
}

export interface Found {
  /** Ids of all orders. */
  all: string[]
  /** Ids of those that carry the marker of this Salesforce order. Absent: markers can't be read. */
  marked?: string[]
  /** Of `orders-and-services`: ids that only one of the two lists has. */
  unmatched?: string[]
  /** A list that WHMCS did not give whole, and how that showed. */
  incomplete?: string
}

export interface Made {
  whmcsOrderId: string
  serviceIds: string[]
}

export interface WhmcsOrder {
  status: 'pending' | 'active' | 'ended' | 'unknown'
  /** The status in WHMCS's words. */
  statusText: string
  clientId: string
  /** The Salesforce orders whose markers it carries. */
  markedFor: string[]
  orderNumber: string
  /** Decimal text. */
  amount: string
  /** Absent: it has no invoice. */
  invoiceId?: string
}

export interface Invoice {
  status: 'paid' | 'unpaid' | 'ended'
  /** The status in WHMCS's words. */
  statusText: string
}

export interface ModuleFailure {
  /** `unreached`: the module's server was not reached, so nothing ran. `unknown`: it may have run. */
  kind: 'unreached' | 'unknown' | 'refused'
  message: string
}
