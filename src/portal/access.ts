/** Who may see how an order stands: a token with the scope `status`, or a signed link to this very order. */
import type { FastifyRequest } from 'fastify'
import { toId18 } from '../domain/salesforce-id.ts'
import { checkLink } from './link.ts'
import type { PortalOptions } from './ports.ts'

export interface OrderRoute {
  Params: { orderId: string }
}
export type OrderRequest = FastifyRequest<OrderRoute>

/** By what somebody may, or why not. */
export type Right = 'token' | 'link' | 'expired' | 'none'

export function createAccess({ tokens, linkSecret, now }: Pick<PortalOptions, 'tokens' | 'linkSecret' | 'now'>) {
  async function hasToken({ headers }: FastifyRequest): Promise<boolean> {
    const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
    if (token === undefined) return false
    return (await tokens.who(token))?.scopes.includes('status') === true
  }

  function linkOf({ params, query }: FastifyRequest): ReturnType<typeof checkLink> {
    const { orderId } = { orderId: undefined, ...Object(params) }
    const id = typeof orderId === 'string' ? toId18(orderId) : undefined
    return linkSecret === undefined || id === undefined
      ? 'wrong'
      : checkLink(id, { ...Object(query) }, linkSecret, now())
  }

  async function find(request: FastifyRequest): Promise<Right> {
    const link = linkOf(request)
    if (link === 'right') return 'link'
    if (await hasToken(request)) return 'token'
    return link === 'expired' ? 'expired' : 'none'
  }

  // It is asked for twice: by who counts requests, and by who answers them.
  const found = new WeakMap<FastifyRequest, Promise<Right>>()
  return (request: FastifyRequest): Promise<Right> => {
    const right = found.get(request) ?? find(request)
    found.set(request, right)
    return right
  }
}
