/** What Salesforce's errors mean for us: those of a whole request, those of records, those of a login. */
import type { FailureCode } from '../domain/codes.ts'
import { Failure } from '../domain/failure.ts'
import { NoAnswer } from '../runtime/http-client.ts'
import { type ErrorKind, kindOf } from './error-kinds.ts'
import { ReplyError } from './reply-error.ts'
import type { RecordError, UpdateRecord } from './rest.ts'
import { words } from './words.ts'

/** True when the session or token itself was refused, whatever was asked. */
export function isSessionRefused(error: unknown): boolean {
  if (error instanceof Failure) return error.code === 'SALESFORCE_SESSION_REFUSED'
  return error instanceof ReplyError && (error.status === 401 || kindOf(error.code, error.message) === 'session')
}

const OF_REQUESTS: Record<ErrorKind, FailureCode> = {
  limit: 'SALESFORCE_LIMIT',
  maintenance: 'SALESFORCE_MAINTENANCE',
  version: 'SALESFORCE_API_VERSION',
  closed: 'SALESFORCE_FORBIDDEN',
  access: 'SALESFORCE_FORBIDDEN',
  metadata: 'SALESFORCE_FORBIDDEN',
  value: 'SALESFORCE_ANSWER_UNREADABLE',
  deleted: 'SALESFORCE_ANSWER_UNREADABLE',
  lock: 'SALESFORCE_ROW_LOCKED',
  passing: 'SALESFORCE_UNAVAILABLE',
  session: 'SALESFORCE_SESSION_REFUSED',
  unknown: 'SALESFORCE_ANSWER_UNREADABLE',
}

/** An error of a whole request, in Salesforce's own words. */
export function requestFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (isNetworkError(error)) return new Failure('SALESFORCE_UNREACHABLE', { detail: textOf(error), cause: error })
  if (!(error instanceof ReplyError)) {
    return new Failure('SALESFORCE_ANSWER_UNREADABLE', { detail: textOf(error), cause: error })
  }
  const kind = kindOf(error.code, error.message)
  const code = isSessionRefused(error) ? 'SALESFORCE_SESSION_REFUSED' : codeOf(kind, error)
  return new Failure(code, { detail: error.message, reply: error.reply, cause: error })
}

/** Where the code says nothing, the status does. */
function codeOf(kind: ErrorKind, { status, code }: ReplyError): FailureCode {
  if (kind !== 'unknown') return OF_REQUESTS[kind]
  if (status === 403) return 'SALESFORCE_FORBIDDEN'
  if (status === 410 || (status === 404 && code !== '')) return 'SALESFORCE_API_VERSION'
  if (status === 429) return 'SALESFORCE_LIMIT'
  return status >= 500 ? 'SALESFORCE_UNAVAILABLE' : OF_REQUESTS[kind]
}

/** Of one record. What is unknown is tried again: nobody can know that it stays. */
const OF_RECORDS: Record<ErrorKind, FailureCode> = {
  limit: 'SALESFORCE_LIMIT',
  maintenance: 'SALESFORCE_MAINTENANCE',
  version: 'SALESFORCE_SAVE_FAILED',
  closed: 'SALESFORCE_FORBIDDEN',
  access: 'SALESFORCE_RECORD_FORBIDDEN',
  metadata: 'SALESFORCE_FIELD_REFUSED',
  value: 'SALESFORCE_FIELD_REFUSED',
  deleted: 'SALESFORCE_RECORD_DELETED',
  lock: 'SALESFORCE_ROW_LOCKED',
  passing: 'SALESFORCE_SAVE_FAILED',
  session: 'SALESFORCE_SAVE_FAILED',
  unknown: 'SALESFORCE_SAVE_FAILED',
}

export interface Saved {
  record: Pick<UpdateRecord, 'type' | 'id'>
  /** Undefined: it was saved. */
  error: RecordError | undefined
}

/**
 * The failures of the records of one call, in their order; undefined for those that were saved. `about`: what it says when
 * all of them are refused for access or for a field that is not there: the whole login, or each record for itself.
 */
export function recordFailures(saved: Saved[], about: 'login' | 'records'): (Failure | undefined)[] {
  const kinds = saved.map(({ error }) => error && kindOf(error.code, error.message))
  // A record that was saved, or got as far as a rule about its value, proves that the login may and the field is there.
  const allSaySo = about === 'login' && !kinds.some((kind) => kind === undefined || kind === 'value')
  return saved.map(({ record, error }, i) => {
    const kind = kinds[i]
    if (error === undefined || kind === undefined) return undefined
    const code = allSaySo && (kind === 'access' || kind === 'metadata') ? 'SALESFORCE_FORBIDDEN' : OF_RECORDS[kind]
    return recordFailure(code, record, error)
  })
}

/** `fields` are named, so that a person knows where to look. */
function recordFailure(code: FailureCode, record: Saved['record'], error: RecordError): Failure {
  const field = error.fields.length > 0 ? words(error.fields.join(', ')) : undefined
  return new Failure(code, {
    record: `${record.type} ${record.id}`,
    ...(field !== undefined && { field }),
    detail: words(`${error.code}: ${error.message}`),
    reply: JSON.stringify(error),
  })
}

/** The login of the OAuth flow was refused or did not work. `how`: what it was tried with, without secrets. */
export function loginFailure(error: unknown, how: string): Failure {
  if (error instanceof Failure) return error
  if (isNetworkError(error)) return new Failure('SALESFORCE_UNREACHABLE', { detail: textOf(error), cause: error })
  return new Failure(loginCode(error), { detail: `${textOf(error)} (${how})`, cause: error })
}

function loginCode(error: unknown): FailureCode {
  if (!(error instanceof ReplyError)) return 'SALESFORCE_LOGIN_REFUSED'
  if (error.status === 429 || /rate.{0,20}exceeded|too many/i.test(error.message)) return 'SALESFORCE_LIMIT'
  if (/^(?:server_error|temporarily_unavailable|unknown_error)$/.test(error.code)) return 'SALESFORCE_UNAVAILABLE'
  // An error list at the token's address is REST's, of an outage: it says nothing of us.
  if (error.status >= 500 || kindOf(error.code, error.message) === 'passing') return 'SALESFORCE_UNAVAILABLE'
  return 'SALESFORCE_LOGIN_REFUSED'
}

/** No answer, or nobody wants it any more. */
function isNetworkError(error: unknown): boolean {
  return error instanceof NoAnswer || isAbort(error)
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return words(String(error))
  return isAbort(error) ? 'no answer in time' : words(error.message)
}
