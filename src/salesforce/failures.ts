/** What Salesforce's errors mean for us. Codes as in the REST API's error list; jsforce adds ERROR_HTTP_<status>. */
import type { FailureCode } from '../domain/codes.ts'
import { Failure } from '../domain/failure.ts'

const CODES: Record<string, FailureCode> = {
  REQUEST_LIMIT_EXCEEDED: 'SALESFORCE_LIMIT',
  UNABLE_TO_LOCK_ROW: 'SALESFORCE_ROW_LOCKED',
  ENTITY_IS_DELETED: 'SALESFORCE_RECORD_DELETED',
  INVALID_CROSS_REFERENCE_KEY: 'SALESFORCE_RECORD_DELETED',
  NOT_FOUND: 'SALESFORCE_ANSWER_UNREADABLE',
  INVALID_FIELD: 'SALESFORCE_FORBIDDEN',
  INVALID_TYPE: 'SALESFORCE_FORBIDDEN',
  INSUFFICIENT_ACCESS: 'SALESFORCE_FORBIDDEN',
  API_DISABLED_FOR_ORG: 'SALESFORCE_FORBIDDEN',
  API_CURRENTLY_DISABLED: 'SALESFORCE_FORBIDDEN',
  MALFORMED_QUERY: 'SALESFORCE_FORBIDDEN',
  ERROR_HTTP_403: 'SALESFORCE_FORBIDDEN',
  SERVER_UNAVAILABLE: 'SALESFORCE_UNAVAILABLE',
  UNKNOWN_EXCEPTION: 'SALESFORCE_UNAVAILABLE',
  QUERY_TIMEOUT: 'SALESFORCE_UNAVAILABLE',
  ERROR_HTTP_429: 'SALESFORCE_UNAVAILABLE',
}

/** True when the session or token itself was refused, whatever was asked. */
export function isSessionRefused(error: unknown): boolean {
  return ['INVALID_SESSION_ID', 'INVALID_AUTH_HEADER', 'ERROR_HTTP_401'].includes(codeOf(error))
}

/** An error of a whole request. Its text is Salesforce's own, without our request. */
export function requestFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  const code = codeOf(error)
  const known = CODES[code]
  if (known) return new Failure(known, { detail: `${code}: ${textOf(error)}`, cause: error })
  if (/^ERROR_HTTP_5/.test(code)) return new Failure('SALESFORCE_UNAVAILABLE', { detail: `HTTP ${code.slice(11)}` })
  if (/^ERROR_HTTP_/.test(code))
    return new Failure('SALESFORCE_ANSWER_UNREADABLE', { detail: `HTTP ${code.slice(11)}` })
  if (isNetworkError(error)) return new Failure('SALESFORCE_UNREACHABLE', { detail: textOf(error), cause: error })
  return new Failure('SALESFORCE_ANSWER_UNREADABLE', { detail: `${code} ${textOf(error)}`.trim(), cause: error })
}

/** One error of one record, in a collections reply. `fields` are named, so that a person knows where to look. */
export function recordFailure(record: string, error: { code: string; message: string; fields: string[] }): Failure {
  const code = CODES[error.code] ?? 'SALESFORCE_FIELD_REFUSED'
  const field = error.fields.length > 0 ? error.fields.join(', ') : undefined
  return new Failure(code, { record, ...(field !== undefined && { field }), detail: `${error.code}: ${error.message}` })
}

/** The login of the OAuth flow was refused or did not work. */
export function loginFailure(error: unknown): Failure {
  if (isNetworkError(error)) return new Failure('SALESFORCE_UNREACHABLE', { detail: textOf(error), cause: error })
  // jsforce makes an error without a name of a JSON reply that is not OAuth's: an outage, which says nothing of us.
  const name = error instanceof Error && typeof error.name === 'string' ? error.name : 'no OAuth reply'
  if (/^(?:ERROR_HTTP_5.*|no OAuth reply|server_error|temporarily_unavailable|unknown_error)$/.test(name)) {
    return new Failure('SALESFORCE_UNAVAILABLE', { detail: `OAuth: ${name}` })
  }
  // jsforce puts OAuth's `error` into the name and its description into the message.
  return new Failure('SALESFORCE_LOGIN_REFUSED', { detail: `${name}: ${textOf(error)}`, cause: error })
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'errorCode' in error && typeof error.errorCode === 'string') return error.errorCode
  return ''
}

/** What undici's fetch throws: a TypeError that hides the system's error in its cause, or an abort. */
function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return true
  return error instanceof TypeError && /^(?:fetch failed|terminated)/.test(error.message)
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 300)
  // jsforce says "30 minutes" of any time-out.
  if (error.name === 'AbortError') return 'no answer in time'
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.message}${cause}`.slice(0, 300)
}
