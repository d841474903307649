import { type Reasoned, readReasoned } from './act.ts'
import type { DismissRequest } from './dismiss.ts'
import { type FindPort, findNotification, type Named } from './find.ts'
import type { Shown } from './notification.ts'
import { Refusal } from './refusal.ts'

export interface CancelPort extends FindPort {
  /** False: it is no dead letter of an order that Salesforce has taken back. */
  cancel(request: DismissRequest): Promise<boolean>
}

/** Agrees that such an order is cancelled in WHMCS, too: it goes back to work. Returns it as it is then. */
export async function cancelNotification(ledger: CancelPort, asked: Named & Reasoned): Promise<Shown> {
  const reasoned = readReasoned(asked)
  const { organizationId, notificationId, recordId } = (await findNotification(ledger, asked)).notification
  if (!(await ledger.cancel({ organizationId, notificationId, recordId, ...reasoned }))) {
    throw new Refusal('conflict', `notification ${notificationId} is no dead letter of a cancelled order`)
  }
  return findNotification(ledger, { id: notificationId, organizationId })
}
