/** The currency that a client is billed in. It can't be changed once there is an invoice: asked for now and then. */
import type { WhmcsClient } from './client.ts'
import { readFailure } from './failures.ts'
import { idOf, type Row } from './lists.ts'

export interface CurrencyOptions {
  client: WhmcsClient
  readTimeoutMs: number
  /** Milliseconds that only go forward. */
  now: () => number
}

const KEPT_MS = 600_000
const MOST = 10_000

export function createCurrencies({ client, readTimeoutMs: timeoutMs, now }: CurrencyOptions) {
  const known = new Map<string, { code: string; at: number }>()
  return async (clientId: string, signal: AbortSignal): Promise<string | undefined> => {
    const kept = known.get(clientId)
    if (kept !== undefined && now() - kept.at < KEPT_MS) return kept.code
    const details = await readClient(client, { clientid: clientId }, { timeoutMs, signal })
    const code = idOf(details?.currency_code)
    if (code === '') return undefined
    if (known.size >= MOST) known.clear()
    known.set(clientId, { code, at: now() })
    return code
  }
}

/** What GetClientsDetails says of one client. Undefined: WHMCS has no such client. */
export async function readClient(
  client: WhmcsClient,
  who: { clientid: string } | { email: string },
  waits: { timeoutMs: number; signal: AbortSignal },
): Promise<Row | undefined> {
  const reply = await client.call('GetClientsDetails', who, waits)
  if (reply.kind === 'success') {
    const { client: details } = reply.body
    // The copy at the top is deprecated; old versions have nothing else.
    return typeof details === 'object' && details !== null ? { ...details } : reply.body
  }
  if (reply.kind === 'error' && /^client (?:id )?not found/i.test(reply.message)) return undefined
  throw readFailure('GetClientsDetails', reply)
}
