/** One notification, and everything that was tried for it. */
import { query, type Runner } from '../postgres/query.ts'
import { LISTED } from './list.ts'

const notification = { organization_id: 'text', notification_id: 'text', record_id: 'text' } as const

export const show = query(
  'show',
  { organization_id: 'text?', id: 'text' },
  {
    ...LISTED,
    action_id: 'text',
    superseded_by: 'text?',
    lease_holder: 'text?',
    lease_until: 'timestamptz?',
    fields: 'jsonb',
    has_session: 'boolean',
    provisioning: 'text?',
    whmcs_client_id: 'text?',
    sends: 'integer?',
    looks: 'integer?',
    adopted: 'boolean?',
    service_ids: 'jsonb?',
    request: 'jsonb?',
  },
  'each-time',
)
export const attemptsOf = query('attempts-of', notification, {
  attempt_no: 'integer',
  step: 'text',
  worker: 'text',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
  outcome: 'text',
  code: 'text?',
  message: 'text?',
  exchanges: 'jsonb?',
})
export const actsOf = query('acts-of', notification, {
  act: 'text',
  actor: 'text',
  login: 'text',
  via: 'text',
  reason: 'text?',
  at: 'timestamptz',
  from_state: 'text?',
  to_step: 'text?',
  detail: 'jsonb',
})

export interface Shown {
  notification: Awaited<ReturnType<typeof show>>[number]
  attempts: Awaited<ReturnType<typeof attemptsOf>>
  acts: Awaited<ReturnType<typeof actsOf>>
}

/** By notification id, or by record id: then its dead letter, else the newest. */
export async function showNotification(
  runner: Runner,
  id: string,
  organizationId: string | undefined,
): Promise<Shown | undefined> {
  const [found] = await show(runner, { organization_id: organizationId, id })
  if (found === undefined) return undefined
  const { organization_id, notification_id, record_id = '' } = found
  const key = { organization_id, notification_id, record_id }
  const [attempts, acts] = await Promise.all([attemptsOf(runner, key), actsOf(runner, key)])
  return { notification: found, attempts, acts }
}
