/** What is wrong with the order itself: a person must mend something. */
import type { CodeKind } from './kind.ts'

export const ORDER = {
  CLIENT_LINK_MISSING: {
    class: 'permanent',
    meaning: 'The account does not say which WHMCS client it is.',
    remedy: 'Fill the field on the account, then replay.',
  },
  PRODUCT_UNMAPPED: {
    class: 'permanent',
    meaning: 'A product of the order has no WHMCS product.',
    remedy: 'Fill the field on the product (or add it to MAPPING_FILE), then replay.',
  },
  BILLING_CYCLE_UNKNOWN: {
    class: 'permanent',
    meaning: 'A product of the order has no billing cycle that WHMCS knows.',
    remedy: 'Fill the field on the product (or add it to MAPPING_FILE), then replay.',
  },
  QUANTITY_NOT_WHOLE: {
    class: 'permanent',
    meaning: 'The quantity of an order item is not a whole number. WHMCS takes whole quantities only.',
    remedy: 'Correct the quantity of the order item, then replay.',
  },
  ORDER_EMPTY: {
    class: 'permanent',
    meaning: 'The order has no items that the integration user can see.',
    remedy: 'Add items or give the user access to order items and products, then replay.',
  },
  ORDER_NOT_VISIBLE: {
    class: 'permanent',
    meaning: "The message carried the data of the order, but the integration user can't read the order.",
    remedy:
      'Give the integration user access by sharing (organisation-wide defaults, a sharing rule, a role, or View All on orders), then replay.',
  },
  ORDER_WITHDRAWN: {
    class: 'permanent',
    meaning: 'The order is no longer approved, but an earlier AddOrder may have made it in WHMCS.',
    remedy: 'Look in WHMCS for an order whose notes name it. Cancel it there, or approve the order again and replay.',
  },
} as const satisfies Record<string, CodeKind>
