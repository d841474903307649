/** What every answer tells a browser that got hold of it. An answer that means to be shown in one says otherwise itself. */
import type { FastifyReply, FastifyRequest } from 'fastify'

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

const A_YEAR = 'max-age=31536000'

export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(HEADERS)
  // Over plain HTTP browsers pay no heed to it.
  if (request.protocol === 'https') reply.header('strict-transport-security', A_YEAR)
}
