/** All of /orders in one scope: who asks too often is told to wait. The doors for outbound messages have no such limit. */
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Door } from '../doors/door.ts'
import { Problem } from '../runtime/problem.ts'
import { networkOf } from './connections.ts'
import { sendProblem } from './problems.ts'

export interface OrdersScopeOptions {
  parts: readonly { routes?(scope: FastifyInstance): void }[]
  /** Requests of one address in a minute. Absent: as many as come. */
  mostPerMinute?: number
  /** Those that are not counted. */
  isCheap: (request: FastifyRequest) => Promise<boolean>
}

export function createOrdersScope({ parts, mostPerMinute, isCheap }: OrdersScopeOptions): Door {
  return {
    routes(scope) {
      if (mostPerMinute !== undefined) {
        scope.register(rateLimit, {
          max: mostPerMinute,
          timeWindow: 60_000,
          // A customer of a provider has a whole network of IPv6 to himself.
          keyGenerator: ({ ip }: FastifyRequest) => networkOf(ip),
          allowList: isCheap,
          errorResponseBuilder: (_request, { after }) =>
            new Problem(429, 'TOO_MANY_REQUESTS', `too many requests from this address: try again in ${after}`),
        })
      }
      for (const part of parts) scope.register(async (own) => part.routes?.(own))
    },
    overloaded(_request, reply) {
      reply.header('retry-after', '10').header('connection', 'close')
      sendProblem(reply, new Problem(503, 'OVERLOADED', 'too much is going on: try again in a moment'))
    },
  }
}
