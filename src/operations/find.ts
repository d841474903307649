/** A notification by whichever id a person has at hand. */
import { toId18 } from '../domain/salesforce-id.ts'
import type { Shown } from './notification.ts'
import { Refusal } from './refusal.ts'

export interface FindPort {
  /** By notification id or record id, exactly as the ledger has it. Only in that organisation, where one is given. */
  find(id: string, organizationId: string | undefined): Promise<Shown | undefined>
}

export interface Named {
  /** Notification id or record id: as the ledger shows it, or of 15 characters. */
  id: string
  organizationId: string | undefined
}

/** Throws a Refusal where there is none. */
export async function findNotification(ledger: FindPort, { id, organizationId }: Named): Promise<Shown> {
  if (!/^[\x21-\x7e]{1,255}$/.test(id))
    throw new Refusal('invalid', 'this is not an id: give the id of a notification or of a record')
  // What the ledger shows comes first: not every door names its notifications as Salesforce does.
  for (const candidate of new Set([id, toId18(id) ?? id])) {
    const shown = await ledger.find(candidate, organizationId)
    if (shown !== undefined) return shown
  }
  throw new Refusal('unknown', `there is no notification or record ${id}`)
}
