import { type Reasoned, readName, readReason } from './act.ts'
import { type FindPort, findNotification, type Named } from './find.ts'
import { Refusal } from './refusal.ts'
import type { BackAtWork } from './replay.ts'

/** What a person found: the order in WHMCS, or that there is none. */
export type Finding = { whmcsOrderId: string } | 'not-created'

export interface ResolveRequest extends Reasoned {
  organizationId: string
  notificationId: string
  orderId: string
  finding: Finding
}

export interface ResolvePort extends FindPort {
  /**
   * Writes the finding down and puts the notification back to work. Returns the step at which it goes on; undefined when
   * nothing is unknown about that order.
   */
  resolve(request: ResolveRequest): Promise<string | undefined>
}

/** The order that a person names, as WHMCS numbers them. */
export function readWhmcsOrder(text: string): Finding {
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new Refusal('invalid', `'${text}' is not the id of a WHMCS order, which is a number`)
  return { whmcsOrderId: text }
}

/** Settles what became of an AddOrder whose answer was lost, and goes on. Returns the notification as it is then. */
export async function resolveNotification(
  ledger: ResolvePort,
  { reason, by, finding, ...named }: Named & Reasoned & { finding: Finding },
): Promise<BackAtWork> {
  const reasoned = { reason: readReason(reason), by: readName(by) }
  const { organizationId, notificationId, recordId, state } = (await findNotification(ledger, named)).notification
  if (recordId === undefined) throw new Refusal('conflict', `${notificationId} names no record`)
  if (state !== 'dead') throw new Refusal('conflict', `${notificationId} is ${state}: only dead letters are resolved`)
  const goesOnAt = await ledger.resolve({ organizationId, notificationId, orderId: recordId, finding, ...reasoned })
  if (goesOnAt === undefined) {
    throw new Refusal(
      'conflict',
      `order ${recordId} has no AddOrder with an unknown outcome, or a worker is on it right now: see soapstone show`,
    )
  }
  return { ...(await findNotification(ledger, { id: notificationId, organizationId })), goesOnAt }
}
