/**
 * Requests that change something must come from our own pages: a cookie comes along with what any other page makes a
 * browser send. Browsers say where a request comes from, and no page can make them say something else.
 */
import type { FastifyRequest } from 'fastify'
import { Problem } from '../../runtime/problem.ts'

/** Throws a Problem where the origin is missing or is not ours. */
export function refuseForeignOrigin(request: FastifyRequest, adminUrl: string | undefined): void {
  const site = request.headers['sec-fetch-site']
  const { origin } = request.headers
  const ours = [originOf(request), ...(adminUrl === undefined ? [] : [new URL(adminUrl).origin])]
  if (origin !== undefined && ours.includes(origin) && (site === undefined || site === 'same-origin')) return
  throw new Problem(
    403,
    'FOREIGN_ORIGIN',
    'this must be sent from a page of this server: its Origin is another, or missing',
  )
}

/** Where the request was sent to, as the browser sees it. */
export function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`
}
