/** Which Salesforce fields mean what, and what becomes of them in WHMCS. */
import type { OrderRules, ProductOverrides } from './order.ts'

export interface Mapping {
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
  statuses: { activating: string; provisioned: string; failed: string }
  products: ProductOverrides
  /** Of WHMCS_MARKER=custom-field: id of the custom field by WHMCS product id. */
  markerFields: Record<string, string>
  prices: 'whmcs' | 'salesforce'
}

/** The mapping as the rules of the domain need it. */
export function toRules(mapping: Mapping): OrderRules {
  return {
    eligibleStatuses: mapping.eligibleStatuses,
    statuses: mapping.statuses,
    products: mapping.products,
    prices: mapping.prices,
    fields: { ...mapping.account, ...mapping.product },
  }
}
