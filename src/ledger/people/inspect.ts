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
    by_person: 'boolean',
    until: 'timestamptz?',
    seconds_left: 'double precision?',
  },
)
type Rows<Q extends (...args: never[]) => Promise<unknown[]>> = Awaited<ReturnType<Q>>

export interface Inspector {
  status(): Promise<{
    counts: Rows<typeof counts>
    deadLetters: Rows<typeof deadLetters>
    lastHour: Rows<typeof recent>[number] | undefined
    pauses: Rows<typeof pauses>
  }>
  counts(): Promise<Rows<typeof counts>>
  pauses(): Promise<Rows<typeof pauses>>
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
    show: (id, organizationId) => showNotification(runner, id, organizationId),
  }
}
