/** The body of a signed request. It repeats what path and headers say, because it is what the signature covers. */
import { toId18 } from '../../domain/salesforce-id.ts'
import { HEADERS, type Head } from './headers.ts'
import { Refused } from './refused.ts'

export const BODY_KEYS = ['orderId', 'timestamp', 'nonce'] as const

/** Ids of orders begin so. */
const ORDER_PREFIX = '801'

/** The order, 18 characters. `path`: the id in the URL. */
export function readOrderId(bytes: Buffer, path: string, head: Pick<Head, 'timestamp' | 'nonce'>): string {
  const body = parse(bytes)
  const orderId = typeof body.orderId === 'string' ? toId18(body.orderId) : undefined
  if (orderId === undefined || !orderId.startsWith(ORDER_PREFIX)) {
    throw new Refused('click_body', 'orderId is not the id of an order (801..., 15 or 18 characters)')
  }
  if (toId18(path) !== orderId) throw new Refused('click_body', 'orderId is not the order of the path')
  if (body.timestamp !== head.timestamp) throw new Refused('click_body', `timestamp is not ${HEADERS.timestamp}`)
  if (body.nonce !== head.nonce) throw new Refused('click_body', `nonce is not ${HEADERS.nonce}`)
  return orderId
}

function parse(bytes: Buffer): Record<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Refused('click_body', 'the body is not JSON')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Refused('click_body', 'the body is not a JSON object')
  }
  return { ...parsed }
}
