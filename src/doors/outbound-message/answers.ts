/** What a sender is told when its message was not stored. */
import { isLedgerAway } from '../../domain/ledger-away.ts'
import { ack, fault } from './ack.ts'
import { BrokenOff, TooLarge } from './body.ts'
import { Overloaded } from './budget.ts'
import { Malformed } from './element.ts'
import { Refused } from './headers.ts'
import { TooSlow } from './speed.ts'

/** What became of a message. `foreign`: stored, and never worked on. */
export type Result = 'stored' | 'foreign' | 'try-again' | 'malformed' | 'refused'

export interface Answer {
  status: number
  result: Result
  body: string
}

export function answerTo(error: unknown): Answer {
  if (error instanceof Refused) return { status: 403, result: 'refused', body: fault('Client', 'not accepted here') }
  if (error instanceof Malformed) return malformed(500, error)
  if (error instanceof TooLarge) return malformed(413, error)
  if (error instanceof TooSlow) return malformed(408, error)
  if (error instanceof BrokenOff || isClientError(error)) return malformed(400, error)
  return { status: 503, result: 'try-again', body: ack('try-again') }
}

/** Whether the error is no fault of our code. Its words are then enough for the log; a stack would only fill it. */
export function isForeseen(error: unknown): boolean {
  return error instanceof Overloaded || isLedgerAway(error)
}

function malformed(status: number, error: Error): Answer {
  return { status, result: 'malformed', body: fault('Client', error.message) }
}

/** Of the server in front of the door: two Host headers, for one. */
function isClientError(error: unknown): error is Error {
  return error instanceof Error && 'status' in error && error.status === 400
}
