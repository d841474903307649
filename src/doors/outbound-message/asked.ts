import type { FastifyReply, FastifyRequest } from 'fastify'

/** By whom, for what, and how long it took: for a log line. */
export function asked(request: FastifyRequest, reply: FastifyReply) {
  return { path: request.routeOptions.url, ip: request.ip, ms: Math.round(reply.elapsedTime * 10) / 10 }
}
