/** A reply that is not what was asked for: its status, its code and its words, taken apart once for all who judge it. */
import { whereTo, words } from './words.ts'

export interface Reply {
  statusCode: number
  headers: Record<string, string>
  body: string
}

export class ReplyError extends Error {
  readonly status: number
  /** Salesforce's `errorCode`, or OAuth's `error`; empty where there is none, as on a page of HTML. */
  readonly code: string
  /** As it came. */
  readonly reply: string

  constructor(status: number, code: string, text: string, reply = text) {
    super(code ? `${code}: ${text}` : `HTTP ${status}${text && `: ${text}`}`)
    this.name = 'ReplyError'
    this.status = status
    this.code = code
    this.reply = reply
  }
}

export function isRefusal({ statusCode }: Reply): boolean {
  return statusCode < 200 || statusCode >= 300
}

export function toReplyError({ statusCode, headers, body }: Reply): ReplyError {
  if (statusCode >= 300 && statusCode < 400) {
    return new ReplyError(statusCode, '', `a redirect to ${whereTo(headers.location)}, which is not followed`)
  }
  return errorOf(statusCode, parse(body))
}

/** Of a body that is parsed already: REST sends a list of errors, OAuth an object, others a page. */
export function errorOf(status: number, body: unknown): ReplyError {
  if (typeof body === 'string') return new ReplyError(status, '', words(body), body)
  const { errorCode, message, error, error_description: description } = toObject(Array.isArray(body) ? body[0] : body)
  const code = errorCode ?? error
  const text = message ?? description ?? ''
  return new ReplyError(status, typeof code === 'string' ? words(code) : '', words(String(text)), JSON.stringify(body))
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
