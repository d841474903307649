/**
 * The WHMCS client of an account that has no link: it is looked for, and made where the mapping says so. Exactly once, as an
 * order is: an intent before AddClient, two looks after an answer that is not clear. Two orders of one account can't be here
 * at once: the lease of provision is by client, and theirs is one that stands for the account.
 *
 * The order goes back to callback with it, which writes the link and hands the order on under its real client.
 */
import { Failure } from '../../../domain/failure.ts'
import type { ClientRequest } from '../../../domain/order.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import { BUSY, type Order, waitForWhmcs } from './order.ts'
import type { ClientIntent } from './ports.ts'
import { LOOKS_NEEDED } from './send.ts'

export async function resolveClient(order: Order, client: ClientRequest): Promise<Outcome> {
  const { options, signal } = order
  const { accountId } = client
  const intent = await options.clients.read(accountId)
  if (intent?.state === 'known') return backToCallback(`the account is WHMCS client ${intent.whmcsClientId}`)
  if (intent?.state === 'sending') {
    const wait = options.settleSeconds - intent.secondsSinceLook
    if (wait > 0) return waitForWhmcs(order, wait)
  }
  const found = await options.whmcs.findClient(client, signal)
  if (found !== undefined) return record(order, { accountId, ...found })
  if (intent?.state === 'sending') {
    await options.clients.recordSearch(accountId, intent.sends)
    if (intent.looks + 1 < LOOKS_NEEDED) return waitForWhmcs(order, options.settleSeconds)
  }
  if (!client.create) {
    const detail = `has no WHMCS client, and WHMCS has none with the address ${client.email ?? ''}`
    throw new Failure('CLIENT_NOT_FOUND', { record: `Account ${accountId}`, detail })
  }
  return make(order, client, intent)
}

async function make(order: Order, client: ClientRequest, intent: ClientIntent | undefined): Promise<Outcome> {
  const { options, signal } = order
  const { accountId } = client
  const sends = await options.clients.intend(accountId, { sends: intent?.sends ?? 0, looksNeeded: LOOKS_NEEDED })
  if (sends === undefined) return BUSY
  try {
    const id = await options.whmcs.addClient(client, signal)
    return await record(order, { accountId, id, by: 'made' })
  } catch (error) {
    if (isClearNo(error)) await options.clients.recordRefusal(accountId, sends)
    throw error
  }
}

/** After everything else it stays `sending`, and the client is looked for. */
function isClearNo(error: unknown): boolean {
  return (
    error instanceof Failure &&
    ['WHMCS_CLIENT_REFUSED', 'WHMCS_UNREACHABLE', 'WHMCS_ACCESS_REFUSED'].includes(error.code)
  )
}

async function record(
  { options }: Order,
  { accountId, id, by }: { accountId: string; id: string; by: string },
): Promise<Outcome> {
  if (await options.clients.record(accountId, id, by)) {
    return backToCallback(by === 'made' ? `WHMCS client ${id} was made` : `WHMCS client ${id} was found by its ${by}`)
  }
  const detail = `is WHMCS client ${id} now, and the ledger knows it as another one`
  throw new Failure('CLIENT_AMBIGUOUS', { record: `Account ${accountId}`, detail })
}

function backToCallback(note: string): Outcome {
  return { kind: 'advance', step: 'callback', note }
}
