import { type Reasoned, readReasoned } from './act.ts'
import { type FindPort, findNotification, type Named } from './find.ts'
import { Refusal } from './refusal.ts'
import type { BackAtWork } from './replay.ts'

/** What a person found: the order in WHMCS, or that there is none. */
export type Finding = { whmcsOrderId: string } | 'not-created'

export interface ResolveRequest extends Reasoned {
  organizationId: string
  notificationId: string
  recordId: string
  finding: Finding
}

export interface ResolvePort extends FindPort {
  /**
   * Writes the finding down and puts a final notification back to work; one that waits stays where it is. Returns the step
   * at which it goes on; undefined when nothing is unknown about that order.
   */
  resolve(request: ResolveRequest): Promise<string | undefined>
}

/** WHMCS, which is asked before a person's word is believed. */
export interface FindingPort {
  /** Why it can't be so, a sentence each. None: it may be believed. */
  contradictions(question: { organizationId: string; orderId: string; finding: Finding }): Promise<string[]>
}

/** The order that a person names, as WHMCS numbers them. */
export function readWhmcsOrder(text: string): Finding {
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new Refusal('invalid', `'${text}' is not the id of a WHMCS order, which is a number`)
  return { whmcsOrderId: text }
}

/** Settles what became of an AddOrder whose answer was lost, and goes on. Returns the notification as it is then. */
export async function resolveNotification(
  { ledger, whmcs }: { ledger: ResolvePort; whmcs: FindingPort },
  { finding, ...asked }: Named & Reasoned & { finding: Finding },
): Promise<BackAtWork> {
  const reasoned = readReasoned(asked)
  const { notification, provisioning } = await findNotification(ledger, asked)
  const { organizationId, notificationId, recordId, state } = notification
  if (recordId === undefined) throw new Refusal('conflict', `${notificationId} names no record`)
  // What was said before and is not accepted yet can be taken back, also while it waits.
  const waits = state === 'pending' && provisioning?.state === 'added'
  if (state !== 'dead' && !waits) {
    throw new Refusal('conflict', `${notificationId} is ${state}: only dead letters are resolved`)
  }
  const reasons = await whmcs.contradictions({ organizationId, orderId: recordId, finding })
  if (reasons.length > 0) throw new Refusal('contradicted', `nothing was changed. ${reasons.join(' ')}`)
  const goesOnAt = await ledger.resolve({ organizationId, notificationId, recordId, finding, ...reasoned })
  if (goesOnAt === undefined) {
    throw new Refusal(
      'conflict',
      `order ${recordId} has no AddOrder with an unknown outcome, or a worker is on it right now: see soapstone show`,
    )
  }
  return { ...(await findNotification(ledger, { id: notificationId, organizationId })), goesOnAt }
}
