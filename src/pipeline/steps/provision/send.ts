/** Send AddOrder once. The intent is written before, the order's id right after. */
import { Failure } from '../../../domain/failure.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import { acceptFound, acceptMade } from './accept.ts'
import { isPaidFirst } from './invoice.ts'
import { BUSY, duplicated, type Order, ofOrder } from './order.ts'
import type { Made } from './ports.ts'

/** How many searches must find nothing before an order of unknown outcome is sent again. */
export const LOOKS_NEEDED = 2

/** `priorOrderIds`: the orders that the client has in WHMCS now. Any that is new afterwards may be ours. */
export async function send(order: Order, priorOrderIds: string[]): Promise<Outcome> {
  const { item, request, intent, options } = order
  await checkCurrency(order)
  const before = { priorOrderIds, sends: intent?.sends ?? 0, looksNeeded: LOOKS_NEEDED }
  const sends = await options.intents.intend(item.organizationId, request, before)
  if (sends === undefined) return BUSY
  const made = await addOrder(order, sends)
  if (!(await record(order, made))) return BUSY
  return isPaidFirst(order) ? acceptFound(order, made) : acceptMade(order, made)
}

/** WHMCS takes a price for an amount in the currency of the client, whatever was meant. */
async function checkCurrency({ request, options, signal }: Order): Promise<void> {
  const { currency, clientId, orderId } = request
  if (currency === undefined) return
  const billed = await options.whmcs.currencyOf(clientId, signal)
  if (billed === undefined || billed.toUpperCase() === currency.toUpperCase()) return
  const detail = `has prices in ${currency}, and WHMCS client ${clientId} is billed in ${billed}`
  throw ofOrder('CURRENCY_DIFFERS', orderId, detail)
}

/** Only after a clear no the intent ends. After everything else it stays `sending`, and the order is looked for. */
async function addOrder(order: Order, sends: number): Promise<Made> {
  const { item, request, options, signal } = order
  try {
    return await options.whmcs.add(request, signal)
  } catch (error) {
    const no = refusal(order, error)
    if (no === undefined) throw error
    await options.intents.recordRefusal(item.organizationId, request.orderId, sends)
    throw no
  }
}

/**
 * WHMCS may say an unknown sentence before its work or after it. If it says the same again, and a search in between found
 * nothing, it is a no.
 */
function refusal({ item, intent }: Order, error: unknown): Failure | undefined {
  if (!(error instanceof Failure) || error.code === 'WHMCS_OUTCOME_UNKNOWN') return undefined
  if (error.code !== 'WHMCS_ANSWER_UNKNOWN') return error
  const { lastFailure } = item
  const again =
    intent?.state === 'sending' &&
    lastFailure?.code === error.code &&
    withoutNumbers(lastFailure.message) === withoutNumbers(error.message)
  return again ? new Failure('WHMCS_ORDER_REFUSED', { detail: error.message, cause: error }) : undefined
}

/** The same sentence may hold other times and ids each time. */
function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, '0')
}

/** Returns false when another worker has found the order meanwhile, and goes on with it. */
async function record(order: Order, { whmcsOrderId }: Made): Promise<boolean> {
  const { item, request, options } = order
  const { organizationId } = item
  const made = { whmcsOrderId, adopted: false, ...(isPaidFirst(order) && { accept: 'later' as const }) }
  if (await options.intents.recordOrder(organizationId, request, made)) return true
  const known = await options.intents.read(organizationId, request.orderId)
  if (known?.whmcsOrderId === whmcsOrderId) return false
  throw duplicated(request.orderId, [whmcsOrderId, known?.whmcsOrderId ?? 'another'])
}
