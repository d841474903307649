/** Signed links: who has one may see how this order stands, until it expires. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** The query of a link to the status of an order, 18 characters. */
export function signLink(orderId: string, expiresAt: Date, secret: string): string {
  const expires = String(Math.floor(expiresAt.getTime() / 1_000))
  return `expires=${expires}&signature=${macOf(orderId, expires, secret).toString('hex')}`
}

export interface LinkQuery {
  expires?: unknown
  signature?: unknown
}

/** `expired`: we made it for this order, and it was right once. */
export function checkLink(
  orderId: string,
  { expires, signature }: LinkQuery,
  secret: string,
  now: Date,
): 'right' | 'expired' | 'wrong' {
  if (typeof expires !== 'string' || typeof signature !== 'string') return 'wrong'
  if (!/^\d{1,12}$/.test(expires) || !/^[0-9a-f]{64}$/i.test(signature)) return 'wrong'
  if (!timingSafeEqual(macOf(orderId, expires, secret), Buffer.from(signature, 'hex'))) return 'wrong'
  return Number(expires) * 1_000 > now.getTime() ? 'right' : 'expired'
}

function macOf(orderId: string, expires: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`GET\n/orders/${orderId}\n${expires}`).digest()
}
