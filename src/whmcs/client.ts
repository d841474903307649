/**
 * WHMCS's api.php: one action a POST, form-encoded as PHP reads it, and an answer that says no more than is certain.
 * There are no error codes and a 200 may be a failure: success is `result === 'success'` and nothing else.
 */
import { type Calls, unwatched } from '../runtime/calls.ts'
import { note } from '../runtime/exchanges.ts'
import { createHttpClient, type HttpClient, type HttpRequest, NoAnswer } from '../runtime/http-client.ts'
import { isObject } from '../runtime/is-object.ts'
import { stillHeld } from '../runtime/still-held.ts'

export interface WhmcsOptions {
  /** The install, without /includes/api.php. */
  url: string
  identifier: string
  secret: string
  accessKey?: string
  /** How requests travel: directly, or through a forward proxy. */
  http?: HttpClient
  calls?: Calls
}

/** An array becomes `name[0]=..&name[1]=..`, always with explicit indexes, so that line i agrees over all of them. */
export type Parameters = Record<string, string | number | readonly string[]>

export type Reply =
  | { kind: 'success'; body: Record<string, unknown> }
  /** WHMCS's own refusal, as JSON: it understood and said no. */
  | { kind: 'error'; message: string; status: number }
  /** Nothing reached WHMCS. */
  | { kind: 'not-sent'; detail: string }
  /** It may have acted or not: time-out, broken connection, server error, a page instead of JSON, a warning. */
  | { kind: 'unclear'; detail: string }

export interface WhmcsClient {
  call(action: string, parameters: Parameters, options: { timeoutMs: number; signal: AbortSignal }): Promise<Reply>
}

export function createWhmcsClient(options: WhmcsOptions): WhmcsClient {
  const { url, identifier, secret, accessKey, http = createHttpClient(), calls = unwatched } = options
  const endpoint = `${url.replace(/\/+$/, '')}/includes/api.php`

  async function post(request: Omit<HttpRequest, 'method'>): Promise<Reply> {
    try {
      const { status, text } = await http(endpoint, { method: 'POST', ...request })
      return read(status, text)
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      const { code, message: detail } = error
      return { kind: NOT_SENT.test(code) || NO_TUNNEL.test(detail) ? 'not-sent' : 'unclear', detail }
    }
  }

  return {
    async call(action, parameters, { timeoutMs, signal }) {
      if (!(await stillHeld(signal))) return { kind: 'not-sent', detail: String(signal.reason) }
      const body = encode({
        action,
        identifier,
        secret,
        ...(accessKey !== undefined && { accesskey: accessKey }),
        responsetype: 'json',
        ...parameters,
      })
      const reply = await calls<Reply>({
        action,
        send: (headers) => post({ body, headers: { ...FORM, ...headers }, timeoutMs, signal }),
        resultOf: (came) => ('answer' in came ? came.answer.kind : 'unclear'),
      })
      note({ action, asked: parameters, answered: 'body' in reply ? reply.body : saidOf(reply) })
      return reply
    },
  }
}

function saidOf(reply: Exclude<Reply, { kind: 'success' }>): string {
  return reply.kind === 'error' ? `error, HTTP ${reply.status}: ${reply.message}` : `${reply.kind}: ${reply.detail}`
}

/** Errors of name resolution, connecting and the TLS handshake: before a byte of the request went out. */
const NOT_SENT =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_|CERT_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/

/** A forward proxy that refuses us: it has told WHMCS nothing. */
const NO_TUNNEL = /Proxy response \(\d+\) !== 200/

const FORM = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }

function encode(parameters: Parameters): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'string' || typeof value === 'number') form.append(name, String(value))
    else for (const [i, item] of value.entries()) form.append(`${name}[${i}]`, item)
  }
  return form.toString()
}

function read(status: number, text: string): Reply {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return { kind: 'unclear', detail: `HTTP ${status} without JSON` }
  }
  if (!isObject(body)) return { kind: 'unclear', detail: `HTTP ${status} with JSON that is no object` }
  if (status === 200 && body.result === 'success') return { kind: 'success', body }
  if (body.result === 'error' && typeof body.message === 'string' && status < 500) {
    return { kind: 'error', message: body.message.slice(0, 500), status }
  }
  const said = body.warning ?? body.message
  return { kind: 'unclear', detail: `HTTP ${status}${typeof said === 'string' ? `: ${said.slice(0, 300)}` : ''}` }
}
