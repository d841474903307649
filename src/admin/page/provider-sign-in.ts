/** The way to the identity provider and back. What must be remembered meanwhile is in a cookie of a few minutes. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../runtime/problem.ts'
import { readCookie, setCookie } from '../access/cookies.ts'
import { originOf } from '../access/origin.ts'
import type { Attempt, Provider } from '../access/provider.ts'
import type { SignIn } from '../access/sign-in.ts'
import { sendPage } from './routes.ts'
import { safeNext, signInPage } from './sign-in.ts'

export interface ProviderSignIn {
  provider: Provider
  signIn: SignIn
  adminUrl: string | undefined
  /** Of the routes: they are limited for each address. */
  config: object
}

const COOKIE = { name: 'soapstone_sign_in', path: '/admin/', sameSite: 'Lax' } as const
/** Long enough to type a password and a code. */
const SECONDS = 900
const CALLBACK = '/admin/callback'

export function addProviderSignIn(
  scope: FastifyInstance,
  { provider, signIn, adminUrl, config }: ProviderSignIn,
): void {
  const here = (request: FastifyRequest) => (adminUrl === undefined ? originOf(request) : new URL(adminUrl).origin)

  scope.get<{ Querystring: { next?: string } }>('/sign-in/provider', { config }, async (request, reply) => {
    const { url, attempt } = await provider.begin(`${here(request)}${CALLBACK}`).catch((err: unknown) => {
      request.log.error({ err }, 'sign_in.provider_away')
      throw new Problem(503, 'PROVIDER_AWAY', 'the identity provider can not be reached: try again, or use a token')
    })
    const kept = { ...attempt, next: safeNext(request.query.next) }
    const value = Buffer.from(JSON.stringify(kept)).toString('base64url')
    setCookie(request, reply, { ...COOKIE, value, seconds: SECONDS })
    return reply.redirect(url, 303)
  })

  scope.get('/callback', { config }, async (request, reply) => {
    const attempt = readAttempt(readCookie(request, COOKIE.name))
    setCookie(request, reply, { ...COOKIE, value: '' })
    if (attempt === undefined) return refuse(request, reply, 'the sign-in took too long, or began in another browser')
    const person = await provider.finish(new URL(request.url, here(request)), attempt).catch((err: unknown) => {
      request.log.warn({ err }, 'sign_in.not_proved')
      return undefined
    })
    if (person === undefined) return refuse(request, reply, 'the identity provider did not confirm who you are')
    if (person.scopes.length === 0) {
      signIn.refuse(request, `no group of ${person.name} (${person.subject}) is mapped to a scope`)
      throw new Problem(403, 'NO_SCOPE', `none of your groups may use this page, ${person.name}: ask whoever runs it`)
    }
    await signIn.open(request, reply, person)
    return reply.redirect(attempt.next, 303)
  })

  function refuse(request: FastifyRequest, reply: FastifyReply, reason: string): FastifyReply {
    signIn.refuse(request, reason)
    const problem = `This did not work: ${reason}.`
    return sendPage(reply.code(401), signInPage({ next: '/admin/', problem, provider: true }))
  }
}

/** Undefined: there is none, or it is not one of ours. */
function readAttempt(cookie: string | undefined): (Attempt & { next: string }) | undefined {
  let read: unknown
  try {
    read = JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString())
  } catch {
    return undefined
  }
  const { state, nonce, verifier, next }: Partial<Record<string, unknown>> = { ...Object(read) }
  if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') return undefined
  return { state, nonce, verifier, next: safeNext(typeof next === 'string' ? next : undefined) }
}
