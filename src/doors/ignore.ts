/** Decides whether there is nothing to do for a notification, and why. Every door asks here; nobody else decides it. */
import { CODES } from '../domain/codes.ts'
import type { Ignored } from '../domain/notification.ts'
import { purposeOf } from '../domain/purpose.ts'

export interface Sighting {
  /** Of an organisation that is not ours. */
  foreign: boolean
  recordType: string
  /** Absent: it came without data. */
  recordId?: string
}

/** Returns the first reason that holds. Of a foreign message nothing else matters. */
export function reasonToIgnore(sighting: Sighting): Ignored | undefined {
  const code = codeOf(sighting)
  return code && { code, message: CODES[code].meaning }
}

function codeOf({ foreign, recordType, recordId }: Sighting): Ignored['code'] | undefined {
  if (foreign) return 'FOREIGN_ORGANIZATION'
  if (recordId === undefined) return 'RECORD_DELETED'
  return purposeOf(recordType) === undefined ? 'NO_PURPOSE' : undefined
}
