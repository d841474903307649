/** What is kept of an act besides its effect: why, and who. One line each, bounded: they are shown in tables and logs. */
import { Refusal } from './refusal.ts'

const LONGEST_REASON = 1_000
const LONGEST_NAME = 100

/** Who acts, and by which way. The ledger adds the login that it was reached with. */
export interface Actor {
  /** Of the person, or of the token. */
  name: string
  via: 'cli' | 'sql' | 'api' | 'page'
  tokenId?: string | undefined
  /** Of the OpenID Connect sign-in. */
  subject?: string | undefined
  /** Where the request came from. */
  address?: string | undefined
}

/** Why and by whom. */
export interface Reasoned {
  reason: string
  by: Actor
}

/** As it is kept. */
export function readReasoned({ reason, by }: Reasoned): Reasoned {
  return { reason: readReason(reason), by: readActor(by) }
}

export function readActor(by: Actor): Actor {
  return { ...by, name: readName(by.name) }
}

function readReason(text: string): string {
  const reason = oneLine(text)
  if (reason === '') throw new Refusal('invalid', 'the reason is empty: say why, for whoever reads it later')
  if (reason.length > LONGEST_REASON)
    throw new Refusal('invalid', `the reason has ${reason.length} characters; use at most ${LONGEST_REASON}`)
  return reason
}

export function readName(text: string): string {
  return oneLine(text).slice(0, LONGEST_NAME)
}

/** White space and control characters, line breaks among them, are one blank. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Z}]+/gu, ' ').trim()
}
