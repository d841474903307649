import type { FastifyReply, FastifyRequest } from 'fastify'

/** For a log line: who asked, for what, and how long it took. */
export function asked(request: FastifyRequest, reply: FastifyReply) {
  return {
    reqId: request.id,
    path: request.routeOptions.url,
    ip: request.ip,
    ms: Math.round(reply.elapsedTime * 10) / 10,
  }
}
