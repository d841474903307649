import { type Reasoned, readReasoned } from './act.ts'
import { type FindPort, findNotification, type Named } from './find.ts'
import type { Shown } from './notification.ts'

export interface DismissRequest extends Reasoned {
  organizationId: string
  notificationId: string
  /** Undefined: it names none. */
  recordId: string | undefined
}

export interface DismissPort extends FindPort {
  /** Throws a Refusal where it is no dead letter. */
  dismiss(request: DismissRequest): Promise<void>
}

/** Puts a dead letter aside: nothing is done for it any more. Returns it as it is then. */
export async function dismissNotification(ledger: DismissPort, asked: Named & Reasoned): Promise<Shown> {
  const reasoned = readReasoned(asked)
  const { organizationId, notificationId, recordId } = (await findNotification(ledger, asked)).notification
  await ledger.dismiss({ organizationId, notificationId, recordId, ...reasoned })
  return findNotification(ledger, { id: notificationId, organizationId })
}
