/** Invoices in WHMCS, and what pays them. */
import { Failure } from '../domain/failure.ts'
import type { WhmcsClient } from './client.ts'
import { isAccessRefusal, readFailure } from './failures.ts'
import { idOf, readAll } from './lists.ts'

export interface InvoicesOptions {
  client: WhmcsClient
  paymentMethod: string
  readTimeoutMs: number
  writeTimeoutMs: number
}

/** Fits the pipeline's port. */
interface Invoice {
  status: 'paid' | 'unpaid' | 'ended'
  statusText: string
}

const ENDED = /^(?:cancelled|refunded)$/i

export function createInvoices({ client, paymentMethod, readTimeoutMs, writeTimeoutMs }: InvoicesOptions) {
  return {
    async invoice(invoiceId: string, signal: AbortSignal): Promise<Invoice> {
      const reply = await client.call('GetInvoice', { invoiceid: invoiceId }, { timeoutMs: readTimeoutMs, signal })
      if (reply.kind === 'error' && /^invoice id not found/i.test(reply.message)) {
        return { status: 'ended', statusText: 'deleted' }
      }
      if (reply.kind !== 'success') throw readFailure('GetInvoice', reply)
      const statusText = idOf(reply.body.status)
      if (/^paid$/i.test(statusText)) return { status: 'paid', statusText }
      return { status: ENDED.test(statusText) ? 'ended' : 'unpaid', statusText }
    },
    async paidBy(transactionId: string, signal: AbortSignal): Promise<string[]> {
      const parameters = { transid: transactionId }
      const list = { action: 'GetTransactions', plural: 'transactions', singular: 'transaction', parameters }
      const { rows } = await readAll(client, { ...list, timeoutMs: readTimeoutMs }, signal)
      // An installation that ignores the filter gives all of them.
      const mine = rows.filter((row) => idOf(row.transid) === transactionId)
      return [...new Set(mine.map((row) => idOf(row.invoiceid)).filter((id) => id !== '' && id !== '0'))]
    },
    async pay(
      {
        invoiceId,
        transactionId,
        gateway = paymentMethod,
      }: { invoiceId: string; transactionId: string; gateway: string | undefined },
      signal: AbortSignal,
    ): Promise<void> {
      const parameters = { invoiceid: invoiceId, transid: transactionId, gateway, noemail: 1 }
      const reply = await client.call('AddInvoicePayment', parameters, { timeoutMs: writeTimeoutMs, signal })
      if (reply.kind === 'success') return
      const detail = `AddInvoicePayment: ${reply.kind === 'error' ? reply.message : reply.detail}`
      if (reply.kind === 'not-sent') throw new Failure('WHMCS_UNREACHABLE', { detail })
      if (reply.kind === 'error' && isAccessRefusal(reply)) throw new Failure('WHMCS_ACCESS_REFUSED', { detail })
      // What it did shows when the transaction is looked for.
      throw new Failure('WHMCS_OUTCOME_UNKNOWN', { detail })
    },
  }
}
