/** What browsers may do with our pages: next to nothing that a page of ours does not need. */
import type { FastifyReply } from 'fastify'

/** Everything comes from here; nothing inline is run. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function setPageHeaders(reply: FastifyReply): void {
  reply.headers({
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // Not `no-referrer`: with that, browsers send forms with `Origin: null`.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  })
}
