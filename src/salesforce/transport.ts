/**
 * How requests travel. jsforce's own way ends the process when a reply breaks off in its middle (the error of that
 * stream is nobody's), waits for ever when a reply stalls there, follows redirects at login and loses the words of a refusal.
 */
import { PassThrough } from 'node:stream'
import { type Calls, unwatched } from '../runtime/calls.ts'
import type { HttpClient } from '../runtime/http-client.ts'
import { isRefusal, type Reply, ReplyError, toReplyError } from './reply-error.ts'

export interface Request {
  method: string
  url: string
  headers?: Record<string, string>
  body?: unknown
}

export type Send = (request: Request) => Promise<Reply>

export interface SendOptions {
  /** For the whole of a call, to the last byte of its reply. */
  timeoutMs: number
  http: HttpClient
  calls?: Calls
  /** API requests of the day, as Salesforce says with its answers. */
  onUsage?: (usage: { used: number; max: number }) => void
}

/**
 * Throws a ReplyError for every reply that is no success. Redirects are not followed: the token would go along.
 */
export function createSend({ timeoutMs, http, calls = unwatched, onUsage }: SendOptions): Send {
  async function send({ method, url, headers, body }: Request): Promise<Reply> {
    const answer = await http(url, {
      method,
      timeoutMs,
      ...(headers && { headers }),
      ...(typeof body === 'string' && { body }),
    })
    const reply = { statusCode: answer.status, headers: answer.headers, body: answer.text }
    const usage = usageOf(reply)
    if (usage !== undefined) onUsage?.(usage)
    if (isRefusal(reply)) throw toReplyError(reply)
    return reply
  }

  return (request) =>
    calls({
      action: actionOf(request.url),
      send: (more) => send({ ...request, headers: { ...request.headers, ...more } }),
      resultOf: (came) => ('answer' in came ? 'success' : resultOf(came.error)),
    })
}

const ACTIONS: [RegExp, string][] = [
  [/\/oauth2\/token$/, 'login'],
  [/\/tooling\//, 'tooling'],
  [/\/query(?:All)?(?:[/?]|$)/, 'query'],
  [/\/composite\/sobjects/, 'update'],
  [/\/composite$/, 'composite'],
  [/\/describe$/, 'describe'],
  [/\/limits$/, 'limits'],
]

/** What the call is for: a few words, for they become labels. */
function actionOf(url: string): string {
  return ACTIONS.find(([pattern]) => pattern.test(url))?.[1] ?? 'other'
}

function resultOf(error: unknown): string {
  if (!(error instanceof ReplyError)) return 'unreachable'
  return error.status >= 500 ? 'unavailable' : 'refused'
}

/** Of the header `Sforce-Limit-Info: api-usage=18/5000`. */
function usageOf({ headers }: Reply): { used: number; max: number } | undefined {
  const [, used, max] = /\bapi-usage=(\d+)\/(\d+)/.exec(headers['sforce-limit-info'] ?? '') ?? []
  return used === undefined || max === undefined ? undefined : { used: Number(used), max: Number(max) }
}

/** What jsforce's connections send with. It wants a stream beside the promise; nobody reads that here. */
export function toTransport(send: Send) {
  return { httpRequest: (request: Request) => Object.assign(send(request), { stream: () => new PassThrough() }) }
}
