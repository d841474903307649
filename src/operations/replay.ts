import { type Reasoned, readReasoned } from './act.ts'
import { type FindPort, findNotification, type Named } from './find.ts'
import type { Shown } from './notification.ts'

export interface ReplayRequest extends Reasoned {
  organizationId: string
  notificationId: string
  /** Undefined: it names none. */
  recordId: string | undefined
  /** Undefined: where it makes sense. */
  step: string | undefined
}

export interface ReplayPort extends FindPort {
  /** Returns the step at which it goes on. Throws a Refusal where its state does not allow it. */
  replay(request: ReplayRequest): Promise<string>
}

export interface BackAtWork extends Shown {
  /** The step at which it goes on. It may be further by now. */
  goesOnAt: string
}

/** Puts a final notification back to work, with a fresh retry budget. Returns it as it is then. */
export async function replayNotification(
  ledger: ReplayPort,
  { step, ...asked }: Named & Reasoned & { step: string | undefined },
): Promise<BackAtWork> {
  const reasoned = readReasoned(asked)
  const { organizationId, notificationId, recordId } = (await findNotification(ledger, asked)).notification
  const goesOnAt = await ledger.replay({ organizationId, notificationId, recordId, step, ...reasoned })
  return { ...(await findNotification(ledger, { id: notificationId, organizationId })), goesOnAt }
}
