import { type PhpArray, text, whole } from './php-form.ts'
import { failure, listOf, type Reply, success } from './reply.ts'
import type { Store } from './store.ts'

export const makeInvoice = (store: Store, { clientId, total }: { clientId: number; total: string }): number => {
  const id = store.next.invoice++
  store.invoices.set(id, { id, clientId, total, status: Number(total) === 0 ? 'Paid' : 'Unpaid', payments: [] })
  return id
}

export const getInvoice = (store: Store, params: PhpArray): Reply => {
  const invoice = store.invoices.get(whole(params.get('invoiceid')))
  if (invoice === undefined) return failure('Invoice ID Not Found')
  const paid = invoice.payments.reduce((sum, { amount }) => sum + Number(amount), 0)
  return success({
    invoiceid: invoice.id,
    invoicenum: '',
    userid: invoice.clientId,
    total: invoice.total,
    balance: (Number(invoice.total) - paid).toFixed(2),
    status: invoice.status,
    transactions: listOf(
      'transaction',
      invoice.payments.map(({ transid, amount }) => ({ transid, amountin: amount })),
      store.knobs.listShape,
    ),
  })
}

/** Takes the same transaction twice without a word: that the id is unique is documented, an error is not. */
export const addInvoicePayment = (store: Store, params: PhpArray): Reply => {
  const invoice = store.invoices.get(whole(params.get('invoiceid')))
  if (invoice === undefined) return failure('Invoice ID Not Found')
  if (invoice.status === 'Cancelled') {
    return failure('It is not possible to add a payment to an invoice that is Cancelled')
  }
  const [transid, gateway] = [text(params.get('transid')), text(params.get('gateway'))]
  const amount = text(params.get('amount')) || invoice.total
  invoice.payments.push({ transid, gateway, amount })
  invoice.status = 'Paid'
  return success()
}

export const getTransactions = (store: Store, params: PhpArray): Reply => {
  const wanted = text(params.get('transid'))
  const rows = [...store.invoices.values()].flatMap(({ id, clientId, payments }) =>
    payments
      .filter(({ transid }) => wanted === '' || transid === wanted)
      .map(({ transid, gateway, amount }) => {
        return { userid: String(clientId), gateway, amountin: amount, transid, invoiceid: String(id) }
      }),
  )
  return success({
    totalresults: rows.length,
    startnumber: 0,
    numreturned: rows.length,
    transactions: listOf('transaction', rows, store.knobs.listShape),
  })
}
