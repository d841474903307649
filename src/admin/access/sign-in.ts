/** Signing in and out: what is true of it whichever way it is done. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { allows } from '../../operations/scopes.ts'
import type { Log } from '../../runtime/log.ts'
import { createSampledLog } from '../../runtime/sampled.ts'
import type { Access, Caller } from './caller.ts'
import { SESSION_COOKIE, setCookie } from './cookies.ts'
import type { Person } from './sessions.ts'

export interface SignInOptions {
  access: Access
  log: Log
}

export interface SignIn {
  /** With a token. Undefined: it worked. Else why it did not. */
  byToken(request: FastifyRequest, reply: FastifyReply, token: string): Promise<string | undefined>
  /** Somebody who has proved who he is. */
  open(request: FastifyRequest, reply: FastifyReply, person: Person): Promise<void>
  refuse(request: FastifyRequest, reason: string): void
  close(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<void>
}

export function createSignIn({ access, log }: SignInOptions): SignIn {
  const sampled = createSampledLog(log)

  async function open(request: FastifyRequest, reply: FastifyReply, person: Person): Promise<void> {
    const from = { address: request.ip, userAgent: request.headers['user-agent'] }
    const value = await access.sessions.open(person, from)
    setCookie(request, reply, { name: SESSION_COOKIE, value, path: '/', sameSite: 'Strict' })
    log.info({ name: person.name, subject: person.subject, tokenId: person.tokenId, ip: request.ip }, 'sign_in.done')
  }

  function refuse(request: FastifyRequest, reason: string): void {
    sampled.warn({ reason, ip: request.ip }, 'sign_in.refused')
  }

  return {
    open,
    refuse,
    async byToken(request, reply, token) {
      const bearer = await access.tokens.who(token.trim())
      if (bearer === undefined) {
        refuse(request, 'not a valid token')
        return 'This is not a valid token: it may have expired, or been revoked.'
      }
      const { id: tokenId, name, scopes } = bearer
      if (!allows(scopes, 'read')) {
        refuse(request, `the token ${tokenId} lacks the scope read`)
        return `This token is for ${scopes.join(', ')} alone: the page takes one with the scope read.`
      }
      await open(request, reply, { name, scopes, tokenId, subject: undefined })
      return undefined
    },
    async close(request, reply, { sessionId, name }) {
      if (sessionId !== undefined) await access.sessions.end(sessionId)
      setCookie(request, reply, { name: SESSION_COOKIE, value: '', path: '/', sameSite: 'Strict' })
      log.info({ name, ip: request.ip }, 'sign_in.ended')
    },
  }
}
