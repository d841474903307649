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

export function isRightLink(orderId: string, { expires, signature }: LinkQuery, secret: string, now: Date): boolean {
  if (typeof expires !== 'string' || typeof signature !== 'string') return false
  if (!/^\d{1,12}$/.test(expires) || !/^[0-9a-f]{64}$/i.test(signature)) return false
  const right = timingSafeEqual(macOf(orderId, expires, secret), Buffer.from(signature, 'hex'))
  return right && Number(expires) * 1_000 > now.getTime()
}

function macOf(orderId: string, expires: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`GET\n/orders/${orderId}\n${expires}`).digest()
}
