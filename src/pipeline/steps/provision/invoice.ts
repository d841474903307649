/** The invoice of an order, where the mapping says that it is settled before the order is accepted. */
import { CODES, type FailureCode } from '../../../domain/codes.ts'
import { Failure } from '../../../domain/failure.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import { BUSY, type Order, ofWhmcsOrder } from './order.ts'
import type { Invoice, WhmcsOrder } from './ports.ts'

/** Whether the order is accepted only when its invoice is settled. */
export function isPaidFirst({ request: { invoice } }: Order): boolean {
  return invoice?.mode === 'created-and-paid' || invoice?.mode === 'wait-for-payment'
}

/** Undefined: it is settled, or there is nothing to settle. */
export async function settleInvoice(
  order: Order,
  whmcsOrderId: string,
  there: WhmcsOrder,
): Promise<Outcome | undefined> {
  if (!isPaidFirst(order)) return undefined
  const { invoiceId, amount } = there
  if (invoiceId === undefined) {
    if (!(Number(amount) > 0)) return undefined
    throw ofWhmcsOrder('INVOICE_MISSING', whmcsOrderId, `costs ${amount}, and has no invoice`)
  }
  const invoice = await order.options.whmcs.invoice(invoiceId, order.signal)
  if (invoice.status === 'paid') return undefined
  if (invoice.status === 'ended') throw ofInvoice('INVOICE_ENDED', invoiceId, `is ${invoice.statusText} there`)
  return order.request.invoice?.mode === 'created-and-paid'
    ? pay(order, invoiceId, invoice)
    : wait(order, invoiceId, invoice)
}

/** Once: the transaction is looked for before it is sent, and again after an answer that is not clear. */
async function pay(order: Order, invoiceId: string, invoice: Invoice): Promise<Outcome | undefined> {
  const { item, request, options, signal } = order
  const { transactionId = '', gateway = request.parameters?.paymentmethod } = request.invoice ?? {}
  const paid = await options.whmcs.paidBy(transactionId, signal)
  if (paid.includes(invoiceId)) {
    throw ofInvoice(
      'INVOICE_UNSETTLED',
      invoiceId,
      `is ${invoice.statusText}, although transaction ${transactionId} is there`,
    )
  }
  if (paid.length > 0) {
    throw ofInvoice(
      'PAYMENT_USED',
      invoiceId,
      `can't be paid by transaction ${transactionId}: it paid invoice ${paid.join(', ')}`,
    )
  }
  if (!(await options.intents.beginPay(item.organizationId, item.recordId, options.settleSeconds))) return BUSY
  await options.whmcs.pay({ invoiceId, transactionId, gateway }, signal)
  return undefined
}

const LONGEST_SECONDS = 3_600

/** Gently: the longer it is open, the longer until it is looked at again. */
function wait({ intent, options }: Order, invoiceId: string, invoice: Invoice): Outcome {
  const age = (intent?.secondsSinceSent ?? 0) / 10
  const seconds = Math.min(LONGEST_SECONDS, Math.max(options.settleSeconds, age))
  const message = `${CODES.INVOICE_OPEN.meaning} Invoice ${invoiceId} is ${invoice.statusText}.`
  return { kind: 'wait', seconds, code: 'INVOICE_OPEN', message }
}

function ofInvoice(code: FailureCode, invoiceId: string, detail: string): Failure {
  return new Failure(code, { record: `WHMCS invoice ${invoiceId}`, detail })
}
