/** Sums that admins ask for: of failures, and of what comes and ends; and who did what. */
import { query } from '../postgres/query.ts'

export const failures = query(
  'failures',
  { organization_id: 'text?' },
  { code: 'text', count: 'integer', first_at: 'timestamptz', last_at: 'timestamptz' },
  'each-time',
)
export const throughput = query(
  'throughput',
  { since: 'timestamptz', until: 'timestamptz', bucket: 'interval' },
  {
    at: 'timestamptz',
    received: 'integer',
    completed: 'integer',
    ignored: 'integer',
    superseded: 'integer',
    dead: 'integer',
  },
  'each-time',
)
export const audit = query(
  'audit',
  {
    most: 'integer',
    before: 'bigint?',
    actor: 'text?',
    act: 'text?',
    notification_id: 'text?',
    record_id: 'text?',
    since: 'timestamptz?',
    until: 'timestamptz?',
  },
  {
    audit_id: 'bigint',
    organization_id: 'text?',
    at: 'timestamptz',
    act: 'text',
    actor: 'text',
    login: 'text',
    via: 'text',
    token_id: 'text?',
    subject: 'text?',
    address: 'text?',
    reason: 'text?',
    notification_id: 'text?',
    record_id: 'text?',
    detail: 'jsonb',
  },
  'each-time',
)
