/** Questions that admins ask of the ledger. None of them can show a session. */
import { query, type Runner } from '../postgres/query.ts'
import { type Shown, showNotification } from './show.ts'

export const counts = query(
  'counts',
  {},
  {
    organization_id: 'text',
    state: 'text',
    step: 'text',
    notifications: 'integer',
    oldest_seconds: 'double precision',
  },
)
export const deadLetters = query('dead-letters', {}, { organization_id: 'text', code: 'text', count: 'integer' })
export const recent = query(
  'recent',
  {},
  { received: 'integer', completed: 'integer', ignored: 'integer', superseded: 'integer', dead: 'integer' },
)
export const pauses = query(
  'pauses',
  {},
  {
    organization_id: 'text',
    step: 'text',
    code: 'text',
    message: 'text',
    worker: 'text',
    since: 'timestamptz',
    seconds_left: 'double precision',
  },
)
export const list = query(
  'list',
  {
    state: 'ledger.state?',
    step: 'ledger.step?',
    code: 'text?',
    record_id: 'text?',
    before: 'timestamptz?',
    before_id: 'text?',
    most: 'integer',
    organization_id: 'text?',
    since: 'timestamptz?',
    until: 'timestamptz?',
  },
  {
    organization_id: 'text',
    notification_id: 'text',
    source: 'text',
    record_type: 'text',
    record_id: 'text?',
    order_number: 'text?',
    state: 'text',
    step: 'text',
    priority: 'text',
    attempts: 'integer',
    error_code: 'text?',
    error_message: 'text?',
    whmcs_order_id: 'text?',
    received_at: 'timestamptz',
    next_attempt_at: 'timestamptz?',
    finalized_at: 'timestamptz?',
  },
  'each-time',
)

type Rows<Q extends (...args: never[]) => Promise<unknown[]>> = Awaited<ReturnType<Q>>

export interface ListFilter {
  organizationId?: string | undefined
  state?: string | undefined
  step?: string | undefined
  code?: string | undefined
  recordId?: string | undefined
  /** Received then or later, and received before. */
  since?: Date | undefined
  until?: Date | undefined
  /** The last row of the page before. */
  after?: { receivedAt: Date; notificationId: string }
  limit: number
}

export interface Inspector {
  status(): Promise<{
    counts: Rows<typeof counts>
    deadLetters: Rows<typeof deadLetters>
    lastHour: Rows<typeof recent>[number] | undefined
    pauses: Rows<typeof pauses>
  }>
  counts(): Promise<Rows<typeof counts>>
  pauses(): Promise<Rows<typeof pauses>>
  list(filter: ListFilter): Promise<Rows<typeof list>>
  /** By notification id, or by record id: then its dead letter, else the newest. */
  show(id: string, organizationId?: string): Promise<Shown | undefined>
}

export function createInspector(runner: Runner): Inspector {
  return {
    async status() {
      const [counted, dead, [lastHour], paused] = await Promise.all([
        counts(runner, {}),
        deadLetters(runner, {}),
        recent(runner, {}),
        pauses(runner, {}),
      ])
      return { counts: counted, deadLetters: dead, lastHour, pauses: paused }
    },
    counts: () => counts(runner, {}),
    pauses: () => pauses(runner, {}),
    list: ({ organizationId, state, step, code, recordId, since, until, after, limit }) =>
      list(runner, {
        state,
        step,
        code,
        record_id: recordId,
        before: after?.receivedAt,
        before_id: after?.notificationId,
        most: limit,
        organization_id: organizationId,
        since,
        until,
      }),
    show: (id, organizationId) => showNotification(runner, id, organizationId),
  }
}
