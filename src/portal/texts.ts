/**
 * What customers read: a text for each status, and for codes where there is more to say. None names a system, a field or a
 * person: codes and messages of the ledger are for people on this side.
 */
import type { Code } from '../domain/codes.ts'
import type { OrderStatus, OrderStatusName } from '../domain/order-status.ts'
import { chooseLanguage } from './languages.ts'

/** By status or code. */
export type Language = Readonly<Record<string, string>>

const STATUSES: Readonly<Record<OrderStatusName, string>> = {
  'Pending Review': 'We have your order and are reviewing it. You need not do anything.',
  Activating: 'Your services are being set up. This usually takes a few minutes.',
  Provisioned: 'Your services are ready to use.',
  Failed: 'Something went wrong while we set up your services. We have been informed and are working on it.',
}

const OUR_SIDE = 'We could not set up your services yet. The cause is on our side: you need not do anything.'
const ACCOUNT = 'We have to check your customer account before we can set up your services. We will contact you.'
const CONTENT = 'We have to check a product of your order before we can set up your services. We will contact you.'
const PAYMENT = 'We have to check the payment of your order before we can set up your services. We will contact you.'
const STOPPED = 'This order was stopped. Please contact us if you did not expect that.'

const CODES: Readonly<Partial<Record<Code, string>>> = {
  CLIENT_LINK_MISSING: ACCOUNT,
  WHMCS_CLIENT_UNKNOWN: ACCOUNT,
  CLIENT_AMBIGUOUS: ACCOUNT,
  CLIENT_NOT_FOUND: ACCOUNT,
  WHMCS_CLIENT_REFUSED: ACCOUNT,
  CURRENCY_DIFFERS: ACCOUNT,
  PAYMENT_UNKNOWN: PAYMENT,
  PAYMENT_USED: PAYMENT,
  INVOICE_MISSING: PAYMENT,
  INVOICE_UNSETTLED: PAYMENT,
  INVOICE_ENDED: PAYMENT,
  PRODUCT_UNMAPPED: CONTENT,
  MAPPED_VALUES_DIFFER: CONTENT,
  MAPPED_VALUE_UNKNOWN: CONTENT,
  ORDER_TOO_LARGE: CONTENT,
  PRICE_NEGATIVE: CONTENT,
  PRICE_NOT_EXACT: CONTENT,
  BILLING_CYCLE_UNKNOWN: CONTENT,
  QUANTITY_NOT_WHOLE: CONTENT,
  ORDER_EMPTY: 'Your order holds no products. Please contact us.',
  WHMCS_ORDER_REFUSED: CONTENT,
  MARKER_FIELD_MISSING: OUR_SIDE,
  ORDER_NOT_VISIBLE: OUR_SIDE,
  SALESFORCE_FIELD_REFUSED: OUR_SIDE,
  SALESFORCE_RECORD_FORBIDDEN: OUR_SIDE,
  WHMCS_ACCEPT_FAILED: OUR_SIDE,
  WHMCS_MODULE_UNREACHABLE: OUR_SIDE,
  WHMCS_MODULE_UNKNOWN: OUR_SIDE,
  WHMCS_ORDER_INCOMPLETE: 'A part of your services is ready. We are working on the rest.',
  WHMCS_ORDER_ID_REUSED: OUR_SIDE,
  WHMCS_ORDER_DUPLICATED: OUR_SIDE,
  WHMCS_ORDER_AMBIGUOUS: OUR_SIDE,
  WHMCS_ORDER_CANCELLED: STOPPED,
  WHMCS_ORDER_STATUS: STOPPED,
  ORDER_WITHDRAWN: STOPPED,
  ORDER_CANCELLED: STOPPED,
  ORDER_REVIVED: STOPPED,
  ORDER_IS_CHANGE: OUR_SIDE,
  WHMCS_CANCEL_FAILED: STOPPED,
  SALESFORCE_RECORD_DELETED: STOPPED,
  INTERNAL: OUR_SIDE,
}

/** Ours, in English. */
const BUILT_IN: Language = { ...STATUSES, ...CODES }

export interface Texts {
  /** More than one: answers differ by Accept-Language. */
  readonly languages: readonly string[]
  /** Changes whenever a text does. */
  readonly edition: string
  choose(accepted: string | undefined): string
  messageFor(status: OrderStatus, language: string): string
}

/** `own`: texts of the installation, by language; the first is the default. What they lack is ours. */
export function createTexts(own: Readonly<Record<string, Language>> = {}): Texts {
  const languages = Object.keys(own).length > 0 ? Object.keys(own) : ['en']
  return {
    languages,
    edition: JSON.stringify(own),
    choose: (accepted) => chooseLanguage(accepted, languages),
    messageFor({ status, failure }, language) {
      const texts = own[language] ?? {}
      const code = status === 'Failed' ? failure?.code : undefined
      const special = code === undefined ? undefined : texts[code]
      // A language that has the status but not the code: one text in it is better than two languages.
      return special ?? texts[status] ?? (code === undefined ? undefined : BUILT_IN[code]) ?? STATUSES[status]
    },
  }
}
