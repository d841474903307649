/** The page, /admin: for people who look after orders. */
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../runtime/problem.ts'
import { type Access, findCaller } from '../access/caller.ts'
import type { Provider } from '../access/provider.ts'
import type { SignIn } from '../access/sign-in.ts'
import { serveAssets } from './assets/serve.ts'
import { allPages } from './pages.ts'
import type { Pages } from './ports.ts'
import { addProviderSignIn } from './provider-sign-in.ts'
import { addPage, formOf, preparePages, sendPage } from './routes.ts'
import { safeNext, signInPage } from './sign-in.ts'

export interface PageOptions {
  access: Access
  signIn: SignIn
  /** Undefined: people sign in with tokens alone. */
  provider: Provider | undefined
  pages: Pages
  /** What the ledger's errors mean. Undefined: they are none of those that one can do something about. */
  explain: (error: unknown) => Problem | undefined
}

/** Of one address. */
const SIGN_INS_A_MINUTE = 10

export function createPage({ access, signIn, provider, pages, explain }: PageOptions) {
  return async (scope: FastifyInstance): Promise<void> => {
    const { routes, onAct } = allPages(pages, { access, signIn })
    preparePages(scope, { adminUrl: access.adminUrl, onAct, explain })
    scope.get('', async (_request, reply) => reply.redirect('/admin/', 308))
    serveAssets(scope)
    await scope.register(async (inner) => addSignIn(inner, { access, signIn, provider }))
    scope.post('/sign-out', async (request, reply) => {
      const caller = await findCaller(request, access)
      if (caller !== undefined) await signIn.close(request, reply, caller)
      return reply.redirect('/admin/sign-in', 303)
    })
    for (const route of routes) addPage(scope, access, route)
  }
}

type SignInOptions = Pick<PageOptions, 'access' | 'signIn' | 'provider'>

async function addSignIn(scope: FastifyInstance, { access, signIn, provider }: SignInOptions): Promise<void> {
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
