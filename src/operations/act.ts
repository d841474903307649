/** What is kept of an act besides its effect: why, and who. One line each, bounded: they are shown in tables and logs. */
import { Refusal } from './refusal.ts'

const LONGEST_REASON = 1_000
const LONGEST_NAME = 100

/** Why and by whom. */
export interface Reasoned {
  reason: string
  by: string
}

export function readReason(text: string): string {
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
