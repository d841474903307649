/**
 * Every way in which work can fail: one table. The class decides what follows; meaning and remedy are for the admin
 * (`soapstone show`, README). Sources: the Salesforce REST error codes and WHMCS's documented error texts.
 *
 * - `retry`      nothing was done, or doing it again is harmless: try again on the retry schedule
 * - `reconcile`  the other side may or may not have acted: look there before anything is sent again
 * - `permanent`  trying again can't help: a person must mend something, then replay
 * - `pause`      not this order's fault: the whole stage waits, no attempt is burned
 * - `release`    neither the order's fault nor the other system's: given back, no attempt is burned
 */
export type FailureClass = 'retry' | 'reconcile' | 'permanent' | 'pause' | 'release'

interface FailureKind {
  class: FailureClass
  meaning: string
  remedy: string
  /**
   * Says something of the other system rather than of this order: counts towards opening the stage's breaker, and burns
   * no attempt while that is not closed, unless something may have been made (`reconcile`).
   */
  breaks?: true
}

const kinds = {
  SALESFORCE_UNREACHABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce could not be reached or did not answer in time.',
    remedy: 'Nothing, if it passes: it is tried again. Else check SALESFORCE_INSTANCE_URL, DNS and the firewall.',
  },
  SALESFORCE_UNAVAILABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce answered with a server error (5xx).',
    remedy: 'Nothing: it is tried again. See status.salesforce.com.',
  },
  SALESFORCE_SESSION_REFUSED: {
    class: 'pause',
    meaning: 'Salesforce refused every session that Soapstone has: that of the message and its own.',
    remedy: 'Check the OAuth settings, the External Client App and its user; without OAuth, wait for a newer session.',
  },
  SALESFORCE_LOGIN_REFUSED: {
    class: 'pause',
    meaning: 'Salesforce refused the OAuth login.',
    remedy:
      'Check SALESFORCE_CLIENT_ID and secret (or JWT key and user), the flow enabled in the app, its run-as user.',
  },
  SALESFORCE_LIMIT: {
    class: 'pause',
    meaning: 'The daily API request limit or the limit of concurrent requests of the organisation is used up.',
    remedy: 'It goes on by itself when the budget returns. Find who uses it: Setup, Company Information.',
  },
  SALESFORCE_FORBIDDEN: {
    class: 'pause',
    meaning: 'Salesforce refused the request (403) or knows neither the object nor a field that was asked for.',
    remedy: 'Give the integration user read and edit access to the object and the fields named, or mend MAPPING_FILE.',
  },
  SALESFORCE_ROW_LOCKED: {
    class: 'retry',
    meaning: 'Another process in Salesforce held the record.',
    remedy: 'Nothing: it is tried again.',
  },
  SALESFORCE_FIELD_REFUSED: {
    class: 'permanent',
    meaning: 'Salesforce refused an update of the record: a validation rule, a trigger, or a value that does not fit.',
    remedy: 'Read the message, mend the rule or the record, replay.',
  },
  SALESFORCE_RECORD_DELETED: {
    class: 'permanent',
    meaning: 'The order was deleted in Salesforce after its provisioning had begun.',
    remedy: 'Decide what becomes of the order in WHMCS.',
  },
  SALESFORCE_ANSWER_UNREADABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce answered with something that Soapstone does not understand.',
    remedy: 'If it stays: is SALESFORCE_INSTANCE_URL really the My Domain of the organisation, with no proxy in front?',
  },
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
    meaning: 'WHMCS takes whole quantities only.',
    remedy: 'Mend the order item, then replay.',
  },
  ORDER_EMPTY: {
    class: 'permanent',
    meaning: 'The order has no items that the integration user can see.',
    remedy: 'Add items or give the user access to order items and products, then replay.',
  },
  ORDER_WITHDRAWN: {
    class: 'permanent',
    meaning: 'The order is no longer approved, but an earlier AddOrder may have made it in WHMCS.',
    remedy: 'Look in WHMCS for an order whose notes name it; cancel it there or approve the order again and replay.',
  },
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
  LEDGER_AWAY: {
    class: 'release',
    meaning: 'The ledger was away while the order was worked on.',
    remedy: 'Nothing, if it passes: it is tried again. Else see to Postgres.',
  },
  INTERNAL: {
    class: 'retry',
    meaning: 'Soapstone itself failed in a way that nobody foresaw.',
    remedy: 'See the log for the stack, and report it.',
  },
} as const satisfies Record<string, FailureKind>

export type FailureCode = keyof typeof kinds

export const FAILURES: Readonly<Record<FailureCode, FailureKind>> = kinds

/** Reasons for which a notification waits though nothing failed: codes of attempts that burn none. */
export const WAITS = {
  BUSY: {
    meaning: 'Another worker has this order in hand, or had it a moment ago.',
    remedy: 'Nothing: it is looked at again in a second, and goes on from what the other one did.',
  },
  SNAPSHOT_OLD: {
    meaning: 'What was read of the order was missing, or had grown too old to provision from.',
    remedy: 'Nothing: the order is read again, and goes on.',
  },
} as const satisfies Record<string, { meaning: string; remedy: string }>

export type WaitCode = keyof typeof WAITS

const EXPLAINED = new Map<string | undefined, { remedy: string }>(Object.entries({ ...FAILURES, ...WAITS }))

/** What helps against the code of an attempt or a notification, be it a failure or a lawful wait. */
export function remedyOf(code: string | undefined): string | undefined {
  return EXPLAINED.get(code)?.remedy
}

/** Reasons for which a notification is recorded or ends as `ignored`. */
export const IGNORED = {
  RECORD_DELETED: 'The record was deleted before the message was sent, or the integration user can not see it.',
  NOT_ELIGIBLE: 'The order is not in an approved status.',
  OWN_REPORT: 'Nobody has changed the order since Soapstone reported its failure: this is the echo of that report.',
  FOREIGN_ORGANIZATION: 'It came from another organisation, such as a sandbox copied from production.',
} as const

export interface FailureDetail {
  /** The record to look at, e.g. `Product2 01t...`. */
  record?: string
  field?: string
  detail?: string
  cause?: unknown
}

/** The only error that steps throw on purpose. Its message is for people and holds no secret. */
export class Failure extends Error {
  readonly code: FailureCode

  constructor(code: FailureCode, { record, field, detail, cause }: FailureDetail = {}) {
    const where = [record, field].filter((part) => part !== undefined).join(': ')
    const what = detail ?? FAILURES[code].meaning
    super(where ? `${where} ${what}` : what, cause === undefined ? {} : { cause })
    this.name = 'Failure'
    this.code = code
  }
}

/** Whatever was thrown, as a Failure: what nobody foresaw becomes INTERNAL, its cause kept for the log. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new Failure('INTERNAL', { detail: detail.slice(0, 500), cause: error })
}
