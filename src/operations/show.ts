import { remedyOf } from '../domain/codes.ts'
import { type Details, type DetailsPort, readDetails } from './details.ts'
import type { Named } from './find.ts'

export interface ShownWithRemedy extends Details {
  /** What helps against its error. */
  remedy: string | undefined
}

/** One notification, everything that is known of it, and what helps. */
export async function showNotification(ledger: DetailsPort, named: Named): Promise<ShownWithRemedy> {
  const details = await readDetails(ledger, named)
  return { ...details, remedy: remedyOf(details.notification.errorCode) }
}
