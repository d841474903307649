/** Who asks: by a token in the Authorization header, or by the cookie of somebody who is signed in at the page. */
import type { FastifyRequest } from 'fastify'
import type { Actor } from '../../operations/act.ts'
import { allows, type Scope } from '../../operations/scopes.ts'
import { Problem } from '../../runtime/problem.ts'
import { bearerOf, type Tokens } from './bearer.ts'
import { readCookie, SESSION_COOKIE } from './cookies.ts'
import { refuseForeignOrigin } from './origin.ts'
import type { Sessions } from './sessions.ts'

export interface Caller {
  name: string
  scopes: readonly Scope[]
  via: 'api' | 'page'
  address: string
  tokenId: string | undefined
  /** Of the identity provider. */
  subject: string | undefined
  /** Where it is by a cookie. */
  sessionId: string | undefined
}

/** As acts are kept. */
export function actorOf({ name, via, tokenId, subject, address }: Caller): Actor {
  return { name, via, tokenId, subject, address }
}

export interface Access {
  tokens: Tokens
  sessions: Sessions
  /** The address at which people reach us, where the settings say it. */
  adminUrl: string | undefined
}

/** Undefined: nobody we know. A cookie counts only for what may come from other sites, or comes from our own. */
export async function findCaller(request: FastifyRequest, access: Access): Promise<Caller | undefined> {
  const token = bearerOf(request.headers.authorization)
  if (token !== undefined) {
    const bearer = await access.tokens.who(token)
    if (bearer === undefined) return undefined
    const { id: tokenId, name, scopes } = bearer
    return { name, scopes, via: 'api', address: request.ip, tokenId, subject: undefined, sessionId: undefined }
  }
  const cookie = readCookie(request, SESSION_COOKIE)
  const session = cookie === undefined ? undefined : await access.sessions.who(cookie)
  if (session === undefined) return undefined
  if (request.method !== 'GET' && request.method !== 'HEAD') refuseForeignOrigin(request, access.adminUrl)
  const { id, ...person } = session
  return { ...person, via: 'page', address: request.ip, sessionId: id }
}

/** Throws a Problem where that is not among what the caller may do. */
export function requireScope({ scopes, name }: Caller, wanted: Scope): void {
  if (allows(scopes, wanted)) return
  throw new Problem(403, 'SCOPE_LACKING', `this takes the scope ${wanted}; ${name} has ${scopes.join(', ')}`)
}
