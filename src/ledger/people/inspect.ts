/** Questions that admins ask of the ledger. None of them can show a session. */

import type { Runner } from '../postgres/query.ts'
import * as queries from '../queries.ts'

export type Rows<Q extends (...args: never[]) => Promise<unknown[]>> = Awaited<ReturnType<Q>>

export interface ListFilter {
  organizationId?: string
  state?: string
  step?: string
  code?: string
  recordId?: string
  /** The last row of the page before. */
  after?: { receivedAt: Date; notificationId: string }
  limit: number
}

export interface Inspector {
  status(): Promise<{
    counts: Rows<typeof queries.counts>
    lastHour: Rows<typeof queries.recent>[number] | undefined
    pauses: Rows<typeof queries.pauses>
  }>
  counts(): Promise<Rows<typeof queries.counts>>
  pauses(): Promise<Rows<typeof queries.pauses>>
  list(filter: ListFilter): Promise<Rows<typeof queries.list>>
  /** By notification id, or by record id: then the newest. */
  show(id: string, organizationId?: string): Promise<Shown | undefined>
}

export interface Shown {
  notification: Rows<typeof queries.show>[number]
  attempts: Rows<typeof queries.attemptsOf>
  replays: Rows<typeof queries.replaysOf>
}

export function createInspector(runner: Runner): Inspector {
  return {
    async status() {
      const [counts, [lastHour], pauses] = await Promise.all([
        queries.counts(runner),
        queries.recent(runner),
        queries.pauses(runner),
      ])
      return { counts, lastHour, pauses }
    },
    counts: () => queries.counts(runner),
    pauses: () => queries.pauses(runner),
    list: ({ organizationId, state, step, code, recordId, after, limit }) =>
      queries.list(
        runner,
        state ?? null,
        step ?? null,
        code ?? null,
        recordId ?? null,
        after?.receivedAt ?? null,
        after?.notificationId ?? null,
        limit,
        organizationId ?? null,
      ),
    async show(id, organizationId) {
      const [notification] = await queries.show(runner, organizationId ?? null, id)
      if (notification === undefined) return undefined
      const key = [notification.organization_id, notification.notification_id] as const
      const [attempts, replays] = await Promise.all([
        queries.attemptsOf(runner, ...key),
        queries.replaysOf(runner, ...key),
      ])
      return { notification, attempts, replays }
    },
  }
}
