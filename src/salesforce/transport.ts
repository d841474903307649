/**
 * How requests travel. jsforce's own way ends the process when a reply breaks off in its middle (the error of that
 * stream is nobody's), waits for ever when a reply stalls there, follows redirects at login and loses the words of a refusal.
 */
import { PassThrough } from 'node:stream'
import type { Fetch } from '../runtime/proxy.ts'
import { isRefusal, type Reply, toReplyError } from './reply-error.ts'

export interface Request {
  method: string
  url: string
  headers?: Record<string, string>
  body?: unknown
}

export type Send = (request: Request) => Promise<Reply>

/**
 * Throws a ReplyError for every reply that is no success. `timeoutMs` is for the whole of it, to the last byte of the reply.
 * Redirects are not followed: the token would go along.
 */
export function createSend({ timeoutMs, fetch }: { timeoutMs: number; fetch: Fetch }): Send {
  return async ({ method, url, headers, body }) => {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(headers && { headers }),
      ...(typeof body === 'string' && { body }),
    })
    const reply = {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    }
    if (isRefusal(reply)) throw toReplyError(reply)
    return reply
  }
}

/** What jsforce's connections send with. It wants a stream beside the promise; nobody reads that here. */
export function toTransport(send: Send) {
  return { httpRequest: (request: Request) => Object.assign(send(request), { stream: () => new PassThrough() }) }
}
