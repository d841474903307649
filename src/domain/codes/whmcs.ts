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
    meaning: 'WHMCS gave no clear answer to AddOrder or AcceptOrder: it may have acted or not.',
    remedy: 'Nothing: after WHMCS_SETTLE_SECONDS it is looked for in WHMCS and adopted, or else sent again.',
  },
  WHMCS_ANSWER_UNKNOWN: {
    class: 'reconcile',
    meaning: 'WHMCS refused AddOrder in words that Soapstone does not know: it may have acted or not.',
    remedy:
      'Nothing: it is looked for in WHMCS, then sent again. If the same words come again, the order is refused. Read them.',
  },
  WHMCS_QUESTION_REFUSED: {
    class: 'retry',
    meaning: 'WHMCS does not answer questions about this order or its client usefully, though it answers others.',
    remedy: 'It is asked again. If it stays, read the message, and open the client or the order in WHMCS.',
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
  WHMCS_MODULE_UNREACHABLE: {
    class: 'retry',
    meaning: 'The order is in WHMCS, but its provisioning module did not reach its server: nothing ran there.',
    remedy: 'Nothing, if it passes: the order is accepted again. Else see to the server of that product in WHMCS.',
  },
  WHMCS_MODULE_UNKNOWN: {
    class: 'permanent',
    meaning: 'The order is in WHMCS, but its provisioning module can not say whether it did its work.',
    remedy:
      'Look on the server of the product. If the account is there, set the service to Active in WHMCS. Then replay: what is still Pending is handed to its module again.',
  },
  WHMCS_ORDER_INCOMPLETE: {
    class: 'permanent',
    meaning: 'WHMCS has accepted the order, but a line has no service there, or one that is not set up.',
    remedy: 'Open the order in WHMCS. Set up or add the service of the line named, so that it is Active. Then replay.',
  },
  WHMCS_ORDER_CANCELLED: {
    class: 'permanent',
    meaning: 'The order was cancelled, marked as fraud or deleted in WHMCS.',
    remedy: 'Decide in WHMCS; set the order back to pending there and replay, or leave it.',
  },
  WHMCS_ORDER_STATUS: {
    class: 'permanent',
    meaning: 'The order has a status in WHMCS that this installation has made for itself.',
    remedy: 'Set the order to Pending in WHMCS to have it accepted, or to Active if it is done. Then replay.',
  },
  WHMCS_ORDER_ID_REUSED: {
    class: 'permanent',
    meaning: 'WHMCS gives this order a number that already belongs to another one, as after a restore from a backup.',
    remedy:
      'Look in WHMCS whose number it is now. The order that the restore lost has to be made again: forget its intent (sql/README.md, Forget an intent on purpose). Then replay both.',
  },
  WHMCS_ORDER_DUPLICATED: {
    class: 'permanent',
    meaning: 'WHMCS holds more than one order for this Salesforce order.',
    remedy: 'Delete the wrong ones in WHMCS, then replay: the one left is adopted.',
  },
  WHMCS_ORDER_AMBIGUOUS: {
    class: 'permanent',
    meaning:
      'AddOrder gave no clear answer, and WHMCS has orders of the client that may be it, or does not tell of all.',
    remedy: 'Look at the orders named, then: soapstone resolve <id> --whmcs-order <n>, or --not-created.',
  },
  MARKER_FIELD_MISSING: {
    class: 'permanent',
    meaning: 'WHMCS_MARKER is custom-field, but the product has no such field in MAPPING_FILE.',
    remedy: 'Add the id of the custom field to markerFields in MAPPING_FILE, restart, replay.',
  },
} as const satisfies Record<string, CodeKind>
