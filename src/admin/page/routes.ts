/** A page: who may see it, and what it shows. Everything that all of them need is done here, once. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Scope } from '../../operations/scopes.ts'
import { Problem } from '../../runtime/problem.ts'
import { type Access, type Caller, findCaller, requireScope } from '../access/caller.ts'
import { readCookie, SESSION_COOKIE } from '../access/cookies.ts'
import { refuseForeignOrigin } from '../access/origin.ts'
import { refusalProblem } from '../refused.ts'
import { setPageHeaders } from './headers.ts'
import { type Html, html, render } from './html.ts'
import { layout } from './layout.ts'

export interface PageRoute {
  method: 'GET' | 'POST'
  /** Below /admin. */
  url: string
  scope: Scope
  /** Answers with a page, or by the reply itself. */
  run(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<Html | FastifyReply>
}

/** Largest form, bytes. */
const FORM_LIMIT = 64 * 1024

interface Preparation extends Pick<Access, 'adminUrl'> {
  /** Something was done: what is known of how things stand is old. */
  onAct: () => void
  /** What the ledger's errors mean. Undefined: they are none of those that one can do something about. */
  explain: (error: unknown) => Problem | undefined
}

/** Headers, forms and errors of pages, in a scope of their own. */
export function preparePages(scope: FastifyInstance, { adminUrl, onAct, explain }: Preparation): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  scope.addHook('onRequest', async (request, reply) => {
    setPageHeaders(reply)
    if (request.method !== 'GET' && request.method !== 'HEAD') refuseForeignOrigin(request, adminUrl)
  })
  scope.addHook('onResponse', async ({ method }) => {
    if (method === 'POST') onAct()
  })
  scope.setErrorHandler((error, request, reply) => {
    const problem = error instanceof Problem ? error : (refusalProblem(error) ?? explain(error))
    if (problem === undefined) throw error
    return sendErrorPage(problem, request, reply)
  })
  scope.setNotFoundHandler((request, reply) =>
    sendErrorPage(new Problem(404, 'NOT_FOUND', 'This page has no such address.'), request, reply),
  )
}

export function addPage(scope: FastifyInstance, access: Access, { method, url, scope: wanted, run }: PageRoute): void {
  scope.route({
    method,
    url,
    prefixTrailingSlash: 'slash',
    async handler(request, reply) {
      const caller = await findCaller(request, access)
      if (caller === undefined) return askToSignIn(request, reply)
      requireScope(caller, wanted)
      return sendPage(reply, await run(request, reply, caller))
    },
  })
}

/** Asked by the script of a page that is open already. */
export function isRefresh({ headers }: FastifyRequest): boolean {
  return headers['soapstone-refresh'] !== undefined
}

/** What a form sent, by the names of its fields. */
export function formOf({ body }: FastifyRequest): Record<string, string | undefined> {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : []
  return Object.fromEntries(fields.map(([name, value]) => [name, String(value)]))
}

/** The texts of a query or of the parameters of a path; an empty one is none. */
export function fieldsOf(given: unknown): Record<string, string | undefined> {
  const all = typeof given === 'object' && given !== null ? Object.entries(given) : []
  return Object.fromEntries(all.filter(([, value]) => typeof value === 'string' && value !== ''))
}

export function field(given: unknown, name: string): string | undefined {
  return fieldsOf(given)[name]
}

export function sendPage(reply: FastifyReply, page: Html | FastifyReply): FastifyReply {
  if ('send' in page) return page
  return reply.type('text/html; charset=utf-8').send(render(page))
}

/**
 * A strict cookie does not come along when somebody follows a link from a mail, or is sent back by the identity provider:
 * the page opens itself once more then, and that is a request of our own. Else there is nobody, and the form is next.
 */
function askToSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const here = request.method === 'GET' ? request.url : '/admin/'
  const fromElsewhere = request.headers['sec-fetch-site'] === 'cross-site'
  if (request.method === 'GET' && fromElsewhere && readCookie(request, SESSION_COOKIE) === undefined) {
    return sendPage(
      reply,
      html`<html lang="en"><head><meta http-equiv="refresh" content="0;url=${here}"><title>Soapstone</title></head></html>`,
    )
  }
  return reply.redirect(`/admin/sign-in?next=${encodeURIComponent(here)}`, 303)
}

function sendErrorPage(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.log.info({ code: problem.code, detail: problem.message }, 'page.refused')
  const body = html`<p role="alert">${problem.message}</p><p><a href="/admin/">Back to the overview</a></p>`
  return sendPage(
    reply.code(problem.status),
    layout({ title: TITLES[problem.status] ?? 'This did not work', caller: undefined, body }),
  )
}

const TITLES: Record<number, string> = {
  403: 'You may not do this',
  400: 'This was not understood',
  404: 'There is nothing here',
  409: 'This can not be done now',
  422: 'WHMCS says otherwise',
  429: 'Too often',
  503: 'This does not work right now',
  504: 'This took too long',
}
