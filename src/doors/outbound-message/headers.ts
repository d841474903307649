/** What the head of a request must say before its body is read. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Malformed } from './element.ts'

/** A sender that is not allowed learns nothing but that. */
export class Refused extends Error {}

/** The request does not name the key. */
class WrongKey extends Refused {
  constructor() {
    super('wrong or no key')
  }
}

/** Constant time, whatever is sent: both are hashed first, so that they have one length. */
export function checkKey(request: FastifyRequest, key: string | undefined): void {
  if (key === undefined) return
  const given = queryOf(request).key
  const digest = (text: string) => createHash('sha256').update(text).digest()
  if (typeof given !== 'string' || !timingSafeEqual(digest(given), digest(key))) throw new WrongKey()
}

export function checkHeaders(request: FastifyRequest): void {
  const type = request.headers['content-type'] ?? ''
  if (!/^(?:text|application)\/xml\s*(?:;|$)/i.test(type)) throw new Malformed('the content type is not text/xml')
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1] ?? 'utf-8'
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) throw new Malformed('the character set is not UTF-8')
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new Malformed('compressed bodies are not accepted')
}

/** Tools write `wsdl` in upper and lower case. */
export function asksForWsdl(request: FastifyRequest): boolean {
  return Object.keys(queryOf(request)).some((name) => name.toLowerCase() === 'wsdl')
}

function queryOf({ query }: FastifyRequest): Record<string, unknown> {
  return { ...Object(query) }
}
