import { remedyOf } from '../domain/codes.ts'
import { type FindPort, findNotification, type Named } from './find.ts'
import type { Shown } from './notification.ts'

export interface ShownWithRemedy extends Shown {
  /** What helps against its error. */
  remedy: string | undefined
}

/** One notification, everything that was tried for it, and what helps. */
export async function showNotification(ledger: FindPort, named: Named): Promise<ShownWithRemedy> {
  const shown = await findNotification(ledger, named)
  return { ...shown, remedy: remedyOf(shown.notification.errorCode) }
}
