/** Pages of the portal's origins may ask from a browser; of others they may not. Errors say so too, or nobody could read them. */
import type { FastifyReply, FastifyRequest } from 'fastify'

const ALLOWED_HEADERS = 'authorization, if-none-match, last-event-id'
const EXPOSED_HEADERS = 'etag, retry-after'
const PREFLIGHT_SECONDS = '600'

export function createCors(origins: readonly string[]) {
  function allow({ headers: { origin } }: FastifyRequest, reply: FastifyReply): boolean {
    if (origins.length === 0) return false
    reply.header('vary', 'Origin')
    if (origin === undefined || !origins.includes(origin)) return false
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED_HEADERS)
    return true
  }

  function preflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (allow(request, reply)) {
      reply
        .header('access-control-allow-methods', 'GET')
        .header('access-control-allow-headers', ALLOWED_HEADERS)
        .header('access-control-max-age', PREFLIGHT_SECONDS)
    }
    return reply.code(204).send()
  }

  return { allow, preflight }
}
