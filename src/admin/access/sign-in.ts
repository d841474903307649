/** Signing in and out: what is true of it whichever way it is done. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../../operations/act.ts'
import { allows } from '../../operations/scopes.ts'
import type { Log } from '../../runtime/log.ts'
import { createSampledLog } from '../../runtime/sampled.ts'
import { type Access, actorOf, type Caller } from './caller.ts'
import { SESSION_COOKIE, setCookie } from './cookies.ts'
import type { Person } from './sessions.ts'

/** What is kept of it. */
export interface SignInAct {
  act: 'sign_in' | 'sign_in_refused' | 'sign_out' | 'session_end'
  by: Actor
  /** Why it was refused. */
  reason?: string
  detail?: object
}

export interface SignInOptions {
  access: Access
  audit: (act: SignInAct) => Promise<void>
  log: Log
}

export interface SignIn {
  /** With a token. Undefined: it worked. Else why it did not. */
  byToken(request: FastifyRequest, reply: FastifyReply, token: string): Promise<string | undefined>
  /** Somebody who has proved who he is. */
  open(request: FastifyRequest, reply: FastifyReply, person: Person): Promise<void>
  refuse(request: FastifyRequest, reason: string): void
  close(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<void>
  /** A session is ended by somebody who may. False: there is none. */
  end(caller: Caller, session: { id: string; name: string }): Promise<boolean>
}

export function createSignIn({ access, audit, log }: SignInOptions): SignIn {
  const sampled = createSampledLog(log)
  // A stranger can try as often as he likes: some of it is kept, and not all.
  const keep = (object: object) => void keepRefused(object)
  const kept = createSampledLog({ info: keep, warn: keep, error: keep })

  async function keepRefused(facts: { reason?: string; ip?: string; suppressed?: number }): Promise<void> {
    const { reason = 'more of the same', ip: address, ...detail } = facts
    const by = { name: 'unknown', via: 'page', address } as const
    await audit({ act: 'sign_in_refused', by, reason, detail }).catch((err: unknown) =>
      sampled.error({ err }, 'sign_in.not_audited'),
    )
  }

  async function open(request: FastifyRequest, reply: FastifyReply, person: Person): Promise<void> {
    const { name, scopes, tokenId, subject } = person
    await audit({
      act: 'sign_in',
      by: { name, via: 'page', tokenId, subject, address: request.ip },
      detail: { scopes },
    })
    const value = await access.sessions.open(person, { address: request.ip, userAgent: request.headers['user-agent'] })
    setCookie(request, reply, { name: SESSION_COOKIE, value, path: '/', sameSite: 'Strict' })
    log.info({ name, subject, tokenId, ip: request.ip }, 'sign_in.done')
  }

  function refuse(request: FastifyRequest, reason: string): void {
    const facts = { reason, ip: request.ip }
    sampled.warn(facts, 'sign_in.refused')
    kept.warn(facts, 'sign_in.refused')
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
    async close(request, reply, caller) {
      if (caller.sessionId !== undefined) await access.sessions.end(caller.sessionId)
      setCookie(request, reply, { name: SESSION_COOKIE, value: '', path: '/', sameSite: 'Strict' })
      await audit({ act: 'sign_out', by: actorOf(caller) })
      log.info({ name: caller.name, ip: request.ip }, 'sign_in.ended')
    },
    async end(caller, { id, name }) {
      if (!(await access.sessions.end(id))) return false
      await audit({ act: 'session_end', by: actorOf(caller), detail: { sessionId: id, name } })
      return true
    },
  }
}
