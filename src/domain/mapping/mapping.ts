/** Which Salesforce fields mean what, and what becomes of them in WHMCS. */
import type { Condition } from './conditions.ts'
import type { Value } from './value.ts'

export interface Mapping {
  /** Names of fields of the order. */
  order: {
    provisioningStatus: string
    whmcsOrderId: string
    errorCode: string
    errorMessage: string
    provisionedAt: string
  }
  account: { whmcsClientId: string }
  product: { whmcsProductId: string; billingCycle: string }
  /** Empty: service ids are not written back. */
  orderItem: { whmcsServiceId: string }
  eligibleStatuses: string[]
  statuses: { activating: string; provisioned: string; failed: string; cancelled: string }
  products: ProductOverrides
  /** Of WHMCS_MARKER=custom-field: id of the custom field by WHMCS product id. */
  markerFields: Record<string, string>
  prices: Prices
  /** Parameters of AddOrder's lines, of AddOrder and of AcceptOrder, by WHMCS's names. */
  line: Values
  orderParameters: Values
  accept: Values
  /** A line of which this is true is not for WHMCS. */
  skip?: Value
  /** Words of the organisation, and the cycle of WHMCS that each stands for. */
  billingCycles: Record<string, string>
  eligible: Condition[]
  /** Absent: as `refuse`, where their price would be sent. */
  negativeLines?: 'refuse' | 'skip' | 'promo'
  /** Absent: `CurrencyIsoCode` of the order, where the organisation has it. */
  currency?: Value
  /** By the currency of Salesforce. */
  currencies: Record<string, Currency>
  /** Absent: a client is known by the link of its account, or not at all. */
  client?: ClientRules
  /** Absent: as WHMCS_INVOICES says. */
  invoice?: InvoiceRules
  writeBack: WriteBack
  /** What becomes of a provisioned order that is cancelled in Salesforce, as `cancelWhen` says, or deleted there. */
  cancellations: 'ignore' | 'ask' | 'cancel'
  cancelWhen: Condition[]
  /** How services that are set up end: at once by their modules, or by a request that WHMCS carries out. */
  cancelBy: 'terminate' | 'request' | 'request-at-end'
  /** An order of which this is true changes what is there: a person has to see to it. Empty: none does. */
  changeWhen: Condition[]
}

export type Values = Record<string, Value>
export type Prices = 'whmcs' | 'salesforce'

/** By product id or product code; wins over what Product2 says. */
export type ProductOverrides = Record<string, ProductOverride>

export interface ProductOverride {
  pid?: string
  billingCycle?: string
  skip?: Value
  prices?: Prices
  line?: Values
}

export interface Currency {
  /** What WHMCS calls it. */
  whmcs: string
  decimals?: number
}

export interface ClientRules {
  /** What WHMCS is searched by. */
  email?: Value
  /** A custom field of the client that holds an id of Salesforce: it must agree. */
  externalId?: { customfield: string; value: Value }
  /** Whether a client that is not there is made, of `fields`. */
  create: boolean
  fields: Values
}

export interface InvoiceRules {
  mode: 'none' | 'create' | 'created-and-paid' | 'wait-for-payment'
  /** Of the payment; of `created-and-paid`. */
  transactionId?: Value
  gateway?: Value
}

/** What is written, by the field that gets it; empty: nothing is. */
export type WriteBack = Record<'Order' | 'OrderItem' | 'Account', Record<string, string>>

/** The mapping as the rules of the domain need it. */
export interface OrderRules
  extends Omit<Mapping, 'order' | 'account' | 'product' | 'orderItem' | 'markerFields' | 'writeBack'> {
  /** Names of Salesforce fields, for messages that tell a person where to look. */
  fields: { whmcsClientId: string; whmcsProductId: string; billingCycle: string }
  needs: Needs
  /** What write-back says besides, that has to be asked for: nothing where nothing is mapped. */
  details: readonly string[]
  /** Which mapping it is, and since when it is in force, for the record of attempts. */
  version?: string
}

/** The fields of Salesforce that a mapping reads, besides those that every order is asked for. */
export interface Needs {
  /** Of the order and its account: `Account.Owner.Email`. */
  order: string[]
  /** Of each line: `Product2.Family`. */
  item: string[]
  /** Those of both that become passwords. */
  secrets: string[]
  /** Whether the currency of the order matters, and no field of the mapping says it. */
  currency: boolean
}
