/** The page, /admin: for people who look after orders. */
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../runtime/problem.ts'
import { type Access, findCaller } from '../access/caller.ts'
import type { Provider } from '../access/provider.ts'
import type { SignIn } from '../access/sign-in.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { addProviderSignIn } from './provider-sign-in.ts'
import { addPage, formOf, preparePages, sendPage } from './routes.ts'
import { sessionPages } from './sessions.ts'
import { safeNext, signInPage } from './sign-in.ts'
import { STYLE } from './style.ts'

export interface PageOptions {
  access: Access
  signIn: SignIn
  /** Undefined: people sign in with tokens alone. */
  provider: Provider | undefined
}

/** Of one address. */
const SIGN_INS_A_MINUTE = 10

export function createPage({ access, signIn, provider }: PageOptions) {
  return async (scope: FastifyInstance): Promise<void> => {
    preparePages(scope, access)
    scope.get('', async (_request, reply) => reply.redirect('/admin/', 308))
    scope.get('/assets/style.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE))
    await scope.register(async (inner) => addSignIn(inner, { access, signIn, provider }))
    scope.post('/sign-out', async (request, reply) => {
      const caller = await findCaller(request, access)
      if (caller !== undefined) await signIn.close(request, reply, caller)
      return reply.redirect('/admin/sign-in', 303)
    })
    addPage(scope, access, {
      method: 'GET',
      url: '/',
      scope: 'read',
      run: async (_request, _reply, caller) => layout({ title: 'Overview', caller, body: html`<p>Signed in.</p>` }),
    })
    for (const route of sessionPages(access, signIn)) addPage(scope, access, route)
  }
}

async function addSignIn(scope: FastifyInstance, { access, signIn, provider }: PageOptions): Promise<void> {
  await scope.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new Problem(429, 'TOO_MANY_SIGN_INS', `too many tries to sign in from this address: try again in ${after}`),
  })
  scope.get<{ Querystring: { next?: string } }>('/sign-in', async ({ query: { next } }, reply) =>
    sendPage(reply, signInPage({ next: safeNext(next), provider: provider !== undefined })),
  )
  const config = { rateLimit: { max: SIGN_INS_A_MINUTE, timeWindow: 60_000 } }
  if (provider !== undefined) addProviderSignIn(scope, { provider, signIn, adminUrl: access.adminUrl, config })
  scope.post('/sign-in', { config }, async (request, reply) => {
    const { token = '', next } = formOf(request)
    const problem = await signIn.byToken(request, reply, token)
    if (problem === undefined) return reply.redirect(safeNext(next), 303)
    return sendPage(reply.code(401), signInPage({ next: safeNext(next), problem, provider: provider !== undefined }))
  })
}
