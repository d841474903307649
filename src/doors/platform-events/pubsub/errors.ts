/**
 * What an error of the Pub/Sub API means. The status of gRPC says little: the trailer `error-code` does. A code that is on
 * no list here is tried again: nobody can know that it stays.
 */
import type { FailureCode } from '../../../domain/codes.ts'
import { Failure } from '../../../domain/failure.ts'

const PREFIX = 'sfdc.platform.eventbus.grpc.'
const UNAUTHENTICATED = 16

export class PubSubError extends Error {
  /** Without the prefix that all of them have; empty where there is none, as when a line is cut. */
  readonly code: string
  /** Of gRPC. */
  readonly status: number

  constructor({ code, status, message }: { code: string; status: number; message: string }) {
    super(code ? `${code}: ${message}` : message)
    this.name = 'PubSubError'
    this.code = code
    this.status = status
  }
}

/** What gRPC throws: an error with its status, and the trailers of the reply. */
export function toPubSubError(error: unknown): PubSubError {
  const { code, details, metadata }: Record<string, unknown> = error instanceof Error ? { ...error } : {}
  const status = typeof code === 'number' ? code : -1
  const words =
    typeof details === 'string' && details ? details : error instanceof Error ? error.message : String(error)
  const rpcId = trailer(metadata, 'rpc-id')
  return new PubSubError({
    code: trailer(metadata, 'error-code').replace(PREFIX, ''),
    status,
    message: rpcId ? `${words} (rpc id ${rpcId})` : words,
  })
}

function trailer(metadata: unknown, name: string): string {
  if (typeof metadata !== 'object' || metadata === null || !('get' in metadata)) return ''
  const values: unknown = typeof metadata.get === 'function' ? metadata.get(name) : []
  const [first] = Array.isArray(values) ? values : []
  return typeof first === 'string' ? first : ''
}

const CODES: [FailureCode, RegExp][] = [
  ['SALESFORCE_SESSION_REFUSED', /^service\.auth\./],
  // The second is what an id of no length would be told: nothing that was stored gets better by waiting either.
  ['EVENTS_POSITION_LOST', /^subscription\.fetch\.replayid\.(?:corrupted|validation\.failed)$/],
  ['EVENTS_LIMIT', /^subscription\.limit\.exceeded$/],
  ['EVENTS_TOO_MANY', /^service\.protection\.|client\.limit\.exceeded$|stream\.limit/],
  ['EVENTS_FORBIDDEN', /cannot\.subscribe$|^(?:topic|schema)\.meta\.permission/],
  ['EVENTS_TOPIC_UNKNOWN', /^topic\.(?:not\.found|validation\.)/],
  ['EVENTS_NOT_LICENSED', /^service\.tenant\.license/],
]

/** Of a Failure itself; of anything else that a stream ended with what it means. */
export function toEventsFailure(error: unknown, topic: string): Failure {
  if (error instanceof Failure) return error
  const { code, status, message } = error instanceof PubSubError ? error : toPubSubError(error)
  const known = CODES.find(([, pattern]) => pattern.test(code))?.[0]
  const refused = code === '' && status === UNAUTHENTICATED ? 'SALESFORCE_SESSION_REFUSED' : 'EVENTS_UNAVAILABLE'
  return new Failure(known ?? refused, { record: topic, detail: message.slice(0, 500), cause: error })
}
