import { PRIORITIES, type Priority } from '../domain/notification.ts'
import { type Actor, readName } from './act.ts'
import { type FindPort, findNotification, type Named } from './find.ts'
import type { Shown } from './notification.ts'
import { Refusal } from './refusal.ts'

export interface PriorityPort extends FindPort {
  /** Throws a Refusal where it is not open. */
  setPriority(request: {
    organizationId: string
    notificationId: string
    recordId: string | undefined
    priority: Priority
    by: Actor
  }): Promise<void>
}

function readPriority(text: string): Priority {
  const priority = PRIORITIES.find((one) => one === text)
  if (priority === undefined) throw new Refusal('invalid', `priority: '${text}' is none of ${PRIORITIES.join(', ')}`)
  return priority
}

/** Changes when an open notification has its turn. Returns it as it is then. */
export async function changePriority(
  ledger: PriorityPort,
  { priority, by, ...named }: Named & { priority: string; by: Actor },
): Promise<Shown> {
  const wanted = readPriority(priority)
  const { organizationId, notificationId, recordId } = (await findNotification(ledger, named)).notification
  const actor = { ...by, name: readName(by.name) }
  await ledger.setPriority({ organizationId, notificationId, recordId, priority: wanted, by: actor })
  return findNotification(ledger, { id: notificationId, organizationId })
}
