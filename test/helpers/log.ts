/** A log that keeps what it is told. */
import type { Log } from '../../src/runtime/log.ts'

export interface KeptLog extends Log {
  /** Level and message of each line, oldest first. */
  readonly lines: string[]
  readonly facts: object[]
}

export function keepLog(): KeptLog {
  const lines: string[] = []
  const facts: object[] = []
  const keep = (level: string) => (object: object, message: string) => {
    lines.push(`${level} ${message}`)
    facts.push(object)
  }
  return { lines, facts, info: keep('info'), warn: keep('warn'), error: keep('error') }
}
