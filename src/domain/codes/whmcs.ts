/** What WHMCS does to us. Source: the error texts in its API documentation; there are no codes. */
import type { CodeKind } from './kind.ts'

export const WHMCS = {
  WHMCS_UNREACHABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'WHMCS could not be reached. Nothing was sent.',
    remedy:
      'It is retried automatically. If it keeps failing, check WHMCS_URL, DNS, the firewall and the forward proxy (HTTPS_PROXY, NO_PROXY).',
  },
  WHMCS_UNAVAILABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'WHMCS did not answer a question usefully: a time-out, a server error, or a web page instead of JSON.',
    remedy: 'It is retried automatically. If it keeps failing, look at the error log of WHMCS.',
  },
  WHMCS_OUTCOME_UNKNOWN: {
    class: 'reconcile',
    meaning: 'WHMCS gave no clear answer to AddOrder or AcceptOrder. It may have acted or not.',
    remedy:
      'There is nothing to do. After WHMCS_SETTLE_SECONDS Soapstone looks for the order in WHMCS. If it is there, it is adopted; otherwise it is sent again.',
  },
  WHMCS_ANSWER_UNKNOWN: {
    class: 'reconcile',
    meaning: 'WHMCS refused AddOrder in words that Soapstone does not know. It may have acted or not.',
    remedy:
      'There is nothing to do at first: Soapstone looks for the order in WHMCS, then sends it again. If the same words come again, the order is refused: read them.',
  },
  WHMCS_QUESTION_REFUSED: {
    class: 'retry',
    meaning: 'WHMCS does not answer questions about this order or its client usefully, though it answers others.',
    remedy:
      'It is retried automatically. If it keeps failing, read the message, and open the client or the order in WHMCS.',
  },
  WHMCS_ACCESS_REFUSED: {
    class: 'pause',
    meaning: 'WHMCS refused the credentials, the address of this server, or what the API role allows.',
    remedy:
      'Check WHMCS_IDENTIFIER and WHMCS_SECRET, the IP allow-list (or WHMCS_ACCESS_KEY), and the API role named in the message.',
  },
  WHMCS_CLIENT_UNKNOWN: {
    class: 'permanent',
    meaning: 'WHMCS does not know the client, or the client is closed.',
    remedy: 'Correct the WHMCS client on the account, or reopen the client. Then replay.',
  },
  WHMCS_CLIENT_REFUSED: {
    class: 'permanent',
    meaning: 'WHMCS refused to make a client of the account.',
    remedy: 'Read the message. Fill what is missing on the account, or name its WHMCS client there. Then replay.',
  },
  WHMCS_PAYMENT_METHOD: {
    class: 'pause',
    meaning: 'WHMCS does not know the payment method.',
    remedy: 'Set WHMCS_PAYMENT_METHOD to one of those that the message lists.',
  },
  WHMCS_ORDER_REFUSED: {
    class: 'permanent',
    meaning: 'WHMCS refused the order.',
    remedy:
      'Read the message. Usually a product is retired, hidden, or not sold in that billing cycle. Correct it, then replay.',
  },
  WHMCS_ACCEPT_FAILED: {
    class: 'permanent',
    meaning: 'The order is in WHMCS, but accepting it failed, mostly in a provisioning module.',
    remedy:
      'Open the module queue in WHMCS and mend what it names. Then replay: the order is accepted, not added again.',
  },
  WHMCS_MODULE_UNREACHABLE: {
    class: 'retry',
    meaning: 'The order is in WHMCS, but its provisioning module did not reach its server. Nothing ran there.',
    remedy: 'It is retried automatically. If it keeps failing, check the server of that product in WHMCS.',
  },
  WHMCS_MODULE_UNKNOWN: {
    class: 'permanent',
    meaning: "The order is in WHMCS, but its provisioning module can't say whether it did its work.",
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
    remedy: 'Decide whether it is to be provisioned. If so, set it back to Pending in WHMCS, and replay.',
  },
  WHMCS_ORDER_STATUS: {
    class: 'permanent',
    meaning: 'The order has a status in WHMCS that this installation has made for itself.',
    remedy: 'To have it accepted, set it to Pending in WHMCS; if it is done, to Active. Then replay.',
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
    remedy: 'Delete the wrong ones in WHMCS, then replay: the one that is left is adopted.',
  },
  WHMCS_ORDER_AMBIGUOUS: {
    class: 'permanent',
    meaning:
      'AddOrder gave no clear answer. WHMCS has orders of the client that may be it, or does not list all of them.',
    remedy:
      'Look at the orders named in the message. Then run soapstone resolve <id> with --whmcs-order <n>, or with --not-created.',
  },
  WHMCS_CANCEL_FAILED: {
    class: 'permanent',
    meaning: 'WHMCS refused to cancel the order, or a service of it is still set up.',
    remedy: 'Read the message. End the service in WHMCS, then replay: what has ended is passed by.',
  },
  INVOICE_MISSING: {
    class: 'permanent',
    meaning: 'The invoice of the order is to be settled first, but WHMCS made none.',
    remedy: 'Make the invoice in WHMCS, or accept the order there. Then replay.',
  },
  INVOICE_ENDED: {
    class: 'permanent',
    meaning: 'The invoice of the order was cancelled or refunded, so that it will not be paid.',
    remedy: 'Decide what becomes of the order in WHMCS: cancel it, or set the invoice back. Then replay.',
  },
  INVOICE_UNSETTLED: {
    class: 'permanent',
    meaning: 'The payment is in WHMCS, but the invoice is not settled by it.',
    remedy: 'Compare the amounts in WHMCS, settle the invoice, then replay.',
  },
  PAYMENT_USED: {
    class: 'permanent',
    meaning: 'The payment that the order names has settled another invoice.',
    remedy: 'Correct the transaction on the order in Salesforce, then replay.',
  },
  MARKER_FIELD_MISSING: {
    class: 'permanent',
    meaning: 'WHMCS_MARKER is custom-field, but MAPPING_FILE names no such field for the product.',
    remedy: 'Add the id of the custom field to markerFields in MAPPING_FILE, restart, then replay.',
  },
} as const satisfies Record<string, CodeKind>
