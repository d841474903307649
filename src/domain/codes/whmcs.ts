/** What WHMCS does to us. Source: the error texts in its API documentation; there are no codes. */
import type { CodeKind } from './kind.ts'

export const WHMCS = {
  WHMCS_UNREACHABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'WHMCS could not be reached; nothing was sent.',
    remedy: 'Nothing, if it passes: it is tried again. Else check WHMCS_URL, DNS and the firewall.',
  },
  WHMCS_UNAVAILABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'WHMCS did not answer a question usefully (time-out, server error, web page instead of JSON).',
    remedy: 'Nothing, if it passes: it is tried again.',
  },
  WHMCS_OUTCOME_UNKNOWN: {
    class: 'reconcile',
    breaks: true,
    meaning: 'WHMCS gave no clear answer to AddOrder or AcceptOrder: it may have acted or not.',
    remedy: 'Nothing: after WHMCS_SETTLE_SECONDS it is looked for in WHMCS and adopted, or else sent again.',
  },
  WHMCS_ACCESS_REFUSED: {
    class: 'pause',
    meaning: 'WHMCS refused the credentials, the address or the API role.',
    remedy: 'Check WHMCS_IDENTIFIER and secret, the IP allow-list (or WHMCS_ACCESS_KEY) and the API role named.',
  },
  WHMCS_CLIENT_UNKNOWN: {
    class: 'permanent',
    meaning: 'WHMCS does not know the client, or the client is closed.',
    remedy: 'Mend the client link on the account or reopen the client, then replay.',
  },
  WHMCS_PAYMENT_METHOD: {
    class: 'pause',
    meaning: 'WHMCS does not know the payment method.',
    remedy: 'Set WHMCS_PAYMENT_METHOD to one of those that the message lists.',
  },
  WHMCS_ORDER_REFUSED: {
    class: 'permanent',
    meaning: 'WHMCS refused the order.',
    remedy: 'Read the message; usually a product is retired, hidden, or not sold in that billing cycle. Mend, replay.',
  },
  WHMCS_ACCEPT_FAILED: {
    class: 'permanent',
    meaning: 'The order is in WHMCS, but accepting it failed, mostly in a provisioning module.',
    remedy: 'See the module queue in WHMCS, mend, then replay: the order is accepted, not added again.',
  },
  WHMCS_ORDER_CANCELLED: {
    class: 'permanent',
    meaning: 'The order was cancelled or marked as fraud in WHMCS.',
    remedy: 'Decide in WHMCS; set the order back to pending there and replay, or leave it.',
  },
  WHMCS_ORDER_DUPLICATED: {
    class: 'permanent',
    meaning: 'WHMCS holds more than one order for this Salesforce order.',
    remedy: 'Delete the wrong ones in WHMCS, then replay: the one left is adopted.',
  },
  WHMCS_ORDER_AMBIGUOUS: {
    class: 'permanent',
    meaning:
      'AddOrder gave no clear answer, and since then the client has new orders, none of which can be told to be ours.',
    remedy: 'Look at the orders named, then: soapstone resolve <id> --whmcs-order <n>, or --not-created.',
  },
  MARKER_FIELD_MISSING: {
    class: 'permanent',
    meaning: 'WHMCS_MARKER is custom-field, but the product has no such field in MAPPING_FILE.',
    remedy: 'Add the id of the custom field to markerFields in MAPPING_FILE, restart, replay.',
  },
} as const satisfies Record<string, CodeKind>
