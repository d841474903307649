/** A link by which a customer may see how an order stands. */
import type { LinkConfig } from '../config/read-parts.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { Refusal } from '../operations/refusal.ts'
import { signLink } from '../portal/link.ts'

export interface MadeLink {
  orderId: string
  url: string
  expiresAt: Date
}

export function makeLink(config: LinkConfig, order: string, expiresAt: Date): MadeLink {
  const orderId = toId18(order)
  if (orderId === undefined) throw new Refusal('invalid', `'${order}' is not the id of an order of 15 or 18 characters`)
  const { HOST: host, PORT: port, PUBLIC_URL: base = `http://${host}:${port}` } = config
  return {
    orderId,
    url: `${base}/orders/${orderId}?${signLink(orderId, expiresAt, config.PORTAL_LINK_SECRET)}`,
    expiresAt,
  }
}
