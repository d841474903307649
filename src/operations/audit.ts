/** Who did what: acts of people and tokens, and changes by hand. */

import { toId18 } from '../domain/salesforce-id.ts'
import { readId } from './filter.ts'
import { type Page, pageOf, readCursor, toCursor } from './page.ts'
import { readTime } from './time.ts'

export interface AuditEntry {
  id: string
  organizationId: string | undefined
  at: Date
  act: string
  actor: string
  /** Of the session of the database. */
  login: string
  via: string
  tokenId: string | undefined
  subject: string | undefined
  address: string | undefined
  reason: string | undefined
  notificationId: string | undefined
  recordId: string | undefined
  detail: unknown
}

/** As it was typed. */
export interface AskedAudit {
  actor?: string | undefined
  act?: string | undefined
  notification?: string | undefined
  record?: string | undefined
  since?: string | undefined
  until?: string | undefined
}

export interface AuditFilter {
  actor: string | undefined
  act: string | undefined
  notificationId: string | undefined
  recordId: string | undefined
  since: Date | undefined
  until: Date | undefined
}

export interface AuditPort {
  /** The newest first; with an id below `before`. */
  audit(filter: AuditFilter, page: { most: number; before: string | undefined }): Promise<AuditEntry[]>
}

export function readAuditFilter(asked: AskedAudit, now: Date): AuditFilter {
  return {
    actor: asked.actor,
    act: asked.act,
    notificationId: asked.notification && (toId18(asked.notification) ?? asked.notification),
    recordId: readId('record', asked.record),
    since: asked.since === undefined ? undefined : readTime('since', asked.since, now),
    until: asked.until === undefined ? undefined : readTime('until', asked.until, now),
  }
}

export async function listAudit(
  ledger: AuditPort,
  filter: AuditFilter,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Page<AuditEntry>> {
  const [before] = after === undefined ? [undefined] : readCursor(after, [/^\d{1,18}$/])
  return pageOf(await ledger.audit(filter, { most: limit + 1, before }), limit, ({ id }) => toCursor([id]))
}
