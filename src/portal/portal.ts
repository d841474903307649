/** The portal's endpoints: how an order stands, for the customer who waits for it. They change nothing. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isLedgerAway } from '../domain/ledger-away.ts'
import { Problem } from '../runtime/problem.ts'
import { createSampledLog } from '../runtime/sampled.ts'
import { createAccess, type OrderRoute } from './access.ts'
import { createCors } from './cors.ts'
import { createEvents } from './events.ts'
import type { PortalOptions } from './ports.ts'
import { createStatus } from './status.ts'

export interface Portal {
  routes(scope: FastifyInstance): void
  /** Whether whoever asks costs nothing that would have to be counted: he is known, and asks only whether anything is new. */
  isCheap(request: FastifyRequest): Promise<boolean>
}

export function createPortal(options: PortalOptions): Portal {
  const { origins, texts, onRefused } = options
  const access = createAccess(options)
  const cors = createCors(origins)
  const log = createSampledLog(options.log)

  async function authorize(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const right = await access(request)
    if (right === 'token' || right === 'link') return
    // Whoever opens an old link again means no harm.
    if (right === 'none') onRefused({ ip: request.ip })
    reply.header('www-authenticate', 'Bearer')
    throw new Problem(
      401,
      'NOT_AUTHORIZED',
      'this takes a token with the scope status, or a link that is signed and has not expired',
    )
  }

  return {
    routes(scope) {
      const events = createEvents(options)
      scope.addHook('preClose', async () => events.close())
      scope.addHook('onRequest', async (request, reply) => {
        if (request.method !== 'OPTIONS') cors.allow(request, reply)
        if (texts.languages.length > 1) vary(reply, 'Accept-Language')
      })
      scope.setErrorHandler((error, request, reply) => {
        if (!isLedgerAway(error)) throw error
        log.error({ reason: error.message, ip: request.ip }, 'status.not_read')
        reply.header('retry-after', '10')
        throw new Problem(503, 'LEDGER_AWAY', 'how the order stands can not be read right now')
      })
      scope.get<OrderRoute>('/orders/:orderId', { preHandler: authorize }, createStatus(options))
      scope.get<OrderRoute>('/orders/:orderId/events', { preHandler: authorize, exposeHeadRoute: false }, events.open)
      for (const path of ['/orders/:orderId', '/orders/:orderId/events']) scope.options(path, cors.preflight)
    },
    async isCheap(request) {
      if (request.method !== 'GET') return false
      const right = await access(request).catch(() => 'none')
      return right === 'token' || (right === 'link' && request.headers['if-none-match'] !== undefined)
    },
  }
}

function vary(reply: FastifyReply, name: string): void {
  const known = reply.getHeader('vary')
  reply.header('vary', known === undefined ? name : `${known}, ${name}`)
}
