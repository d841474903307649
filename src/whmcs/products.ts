/** Which WHMCS service is which order item: only where there is no doubt. */
import type { ProvisionRequest } from '../domain/order.ts'
import { idOf, type Row } from './lists.ts'
import type { Marker } from './marker.ts'

export interface ServicesQuestion {
  request: ProvisionRequest
  whmcsOrderId: string
  /** The service ids that AddOrder's reply named, if there was one. */
  known: string[]
  marker: Marker
}

/**
 * By marker or by product, not by position: how WHMCS orders them, and whether a quantity makes one service or many,
 * varies. `readProducts`: the rows of GetClientsProducts.
 */
export async function servicesByItem(
  { request, whmcsOrderId, known, marker }: ServicesQuestion,
  readProducts: (clientId: string) => Promise<Row[]>,
): Promise<Record<string, string>> {
  const [line] = request.lines
  const [service] = known
  if (line && service && request.lines.length === 1 && known.length === 1) return { [line.orderItemId]: service }

  const mine = (await readProducts(request.clientId)).filter((row) => idOf(row.orderid) === whmcsOrderId)
  const pairs = request.lines.flatMap(({ orderItemId, pid }): [string, string][] => {
    const alike = request.lines.filter((other) => other.pid === pid)
    const marked = mine.filter((row) => marker.markedItem(row, request.orderId) === orderItemId)
    const services = marked.length > 0 ? marked : mine.filter((row) => idOf(row.pid) === pid)
    const [found] = services
    const certain = services.length === 1 && (marked.length > 0 || alike.length === 1)
    return found && certain ? [[orderItemId, idOf(found.id)]] : []
  })
  return Object.fromEntries(pairs)
}
