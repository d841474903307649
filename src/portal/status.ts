/** GET /orders/:orderId: how an order stands, for the customer who waits for it. */
import type { FastifyReply } from 'fastify'
import { toId18 } from '../domain/salesforce-id.ts'
import { Problem } from '../runtime/problem.ts'
import type { OrderRequest } from './access.ts'
import { etagOf, isKnown } from './etag.ts'
import type { PortalOptions } from './ports.ts'
import { viewOf } from './view.ts'

export const unknownOrder = () => new Problem(404, 'ORDER_UNKNOWN', 'there is no such order')

export function createStatus({ statuses, texts }: Pick<PortalOptions, 'statuses' | 'texts'>) {
  return async (request: OrderRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const orderId = toId18(request.params.orderId)
    if (orderId === undefined) throw unknownOrder()
    const language = texts.choose(request.headers['accept-language'])
    const tag = (version: string) => etagOf(orderId, version, language, texts.edition)
    const { 'if-none-match': known } = request.headers
    // Most who ask have asked before: those cost no more than this.
    const version = known === undefined ? undefined : await statuses.version(orderId)
    if (version !== undefined && isKnown(known, tag(version))) {
      return headed(reply, tag(version), language).code(304).send()
    }
    const found = await statuses.whole(orderId)
    if (found?.status === undefined) throw unknownOrder()
    const etag = tag(found.version)
    if (isKnown(known, etag)) return headed(reply, etag, language).code(304).send()
    return headed(reply, etag, language).send(viewOf(found.status, texts, language))
  }

  function headed(reply: FastifyReply, etag: string, language: string): FastifyReply {
    return reply.header('etag', etag).header('cache-control', 'private, no-cache').header('content-language', language)
  }
}
