/** Which WHMCS service is which order item: only where there is no doubt. */
import type { ProvisionRequest } from '../domain/order.ts'
import type { WhmcsClient } from './client.ts'
import { idOf, readAll } from './lists.ts'

export interface ServicesQuestion {
  request: ProvisionRequest
  whmcsOrderId: string
  /** The service ids that AddOrder's reply named, if there was one. */
  known: string[]
  timeoutMs: number
}

/** By product, not by position: how WHMCS orders them, and whether a quantity makes one service or many, varies. */
export async function servicesByItem(
  client: WhmcsClient,
  { request, whmcsOrderId, known, timeoutMs }: ServicesQuestion,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const [line] = request.lines
  const [service] = known
  if (line && service && request.lines.length === 1 && known.length === 1) return { [line.orderItemId]: service }

  const list = { action: 'GetClientsProducts', plural: 'products', singular: 'product', timeoutMs }
  const rows = await readAll(client, { ...list, parameters: { clientid: request.clientId } }, signal)
  const mine = rows.filter((row) => idOf(row.orderid) === whmcsOrderId)
  const pairs = request.lines.flatMap(({ orderItemId, pid }): [string, string][] => {
    const lines = request.lines.filter((other) => other.pid === pid)
    const services = mine.filter((row) => idOf(row.pid) === pid)
    const [found] = services
    return found && lines.length === 1 && services.length === 1 ? [[orderItemId, idOf(found.id)]] : []
  })
  return Object.fromEntries(pairs)
}
