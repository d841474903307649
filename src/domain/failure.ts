/** The error that steps throw on purpose, and what becomes of errors that nobody foresaw. */
import { CODES, type FailureCode } from './codes.ts'

export interface FailureDetail {
  /** The record to look at, e.g. `Product2 01t...`. */
  record?: string
  field?: string
  detail?: string
  /** What the other system said, as it came. */
  reply?: string
  cause?: unknown
}

/** The only error that steps throw on purpose. Its message is for people and holds no secret. */
export class Failure extends Error {
  readonly code: FailureCode
  /** What the other system said, as it came: for the record of the attempt, not for the log. */
  readonly reply: string | undefined

  constructor(code: FailureCode, { record, field, detail, reply, cause }: FailureDetail = {}) {
    const where = [record, field].filter((part) => part !== undefined).join(': ')
    const what = detail ?? CODES[code].meaning
    super(where ? `${where} ${what}` : what, cause === undefined ? {} : { cause })
    this.name = 'Failure'
    this.code = code
    this.reply = reply
  }
}

/** Whatever was thrown, as a Failure: what nobody foresaw becomes INTERNAL, its cause kept for the log. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new Failure('INTERNAL', { detail: detail.slice(0, 500), cause: error })
}
