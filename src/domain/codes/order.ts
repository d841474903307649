/** What is wrong with the order itself: a person must mend something. */
import type { CodeKind } from './kind.ts'

export const ORDER = {
  CLIENT_LINK_MISSING: {
    class: 'permanent',
    meaning: 'The account does not say which WHMCS client it is.',
    remedy: 'Fill the field on the account, then replay.',
  },
  CLIENT_NOT_FOUND: {
    class: 'permanent',
    meaning: 'The account has no WHMCS client, and none was found by the address of mail that the mapping names.',
    remedy:
      'Fill the WHMCS client on the account, or correct the address, or let the mapping make clients (client.create). Then replay.',
  },
  CLIENT_AMBIGUOUS: {
    class: 'permanent',
    meaning: 'Several WHMCS clients may be this account.',
    remedy: 'Fill the WHMCS client on the account, then replay.',
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
  MAPPED_VALUE_UNKNOWN: {
    class: 'permanent',
    meaning: 'A field of Salesforce has a value of which the mapping does not say what it is in WHMCS.',
    remedy: 'Add the value to the map in MAPPING_FILE (or a default), or correct the field. Then replay.',
  },
  MAPPED_VALUES_DIFFER: {
    class: 'permanent',
    meaning: 'Two lines of the order want something different where WHMCS takes one value for the whole order.',
    remedy: 'Make the lines agree, or split the order in Salesforce. Then replay.',
  },
  PRICE_NOT_EXACT: {
    class: 'permanent',
    meaning: 'A price has more decimals than its currency, so that WHMCS would charge another one.',
    remedy: 'Correct the price of the order item, then replay.',
  },
  PRICE_NEGATIVE: {
    class: 'permanent',
    meaning: 'A line has a negative price, which WHMCS does not take.',
    remedy:
      'Say in MAPPING_FILE what becomes of such lines (negativeLines: skip or promo), or correct the price. Then replay.',
  },
  CURRENCY_DIFFERS: {
    class: 'permanent',
    meaning: 'The prices of the order are in another currency than that of the WHMCS client.',
    remedy:
      'Correct the currency of the order, or the WHMCS client on the account, or say in MAPPING_FILE what a currency is in WHMCS (currencies). Then replay.',
  },
  PAYMENT_UNKNOWN: {
    class: 'permanent',
    meaning: 'The invoice is to be settled, but the order names no payment.',
    remedy: 'Fill the field of the payment on the order, then replay.',
  },
  ORDER_TOO_LARGE: {
    class: 'permanent',
    meaning: 'The order has more lines and values than WHMCS takes with one request: PHP would drop the rest silently.',
    remedy: 'Split the order in Salesforce, or map less of its lines. Then replay.',
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
  ORDER_CANCELLED: {
    class: 'permanent',
    meaning: 'The order was cancelled or deleted in Salesforce after it was provisioned in WHMCS.',
    remedy:
      'Decide what becomes of it in WHMCS: soapstone cancel <id> --reason … ends it there, soapstone dismiss <id> --reason … leaves it.',
  },
  ORDER_REVIVED: {
    class: 'permanent',
    meaning: 'The order is approved again, but it was cancelled in WHMCS since.',
    remedy: 'Make a new order in Salesforce; or bring the services back in WHMCS by hand, and dismiss this one.',
  },
  ORDER_IS_CHANGE: {
    class: 'permanent',
    meaning:
      'The order changes what is provisioned already (changeWhen of the mapping): as a new one it would double it.',
    remedy: 'Change the services in WHMCS by hand, then dismiss this one with a reason.',
  },
  ORDER_WITHDRAWN: {
    class: 'permanent',
    meaning: 'The order is no longer approved, but an earlier AddOrder may have made it in WHMCS.',
    remedy: 'Look in WHMCS for an order whose notes name it. Cancel it there, or approve the order again and replay.',
  },
} as const satisfies Record<string, CodeKind>
