/** Statements about one record, and about tokens and sessions, of which there are few: none may look at anything else. */
import { ORGANIZATION } from '../../helpers/messages.ts'
import { recordId } from '../../helpers/old-ledger.ts'
import type { Case } from './plan-cases.ts'

const token = {
  token_id: '0123456789ab',
  name: 'x',
  scopes: ['read'],
  secret_hash: '\\x'.padEnd(66, '0'),
  created_by: 'anna',
  acting: '{}',
}

const of = (query: string, values: Record<string, unknown> = {}): Case => ({ query, title: 'one', values, about: 1 })

const session = {
  ...token,
  session_id: '0123456789ab',
  subject: null,
  address: '127.0.0.1',
  user_agent: 'x',
  lasting: '1 hour',
}

const record = { organization_id: ORGANIZATION, record_id: recordId(7) }

export const ACCESS: Case[] = [
  of('snapshot-of', record),
  { ...of('of-record', record), about: 3 },
  { ...of('signs-of-change'), about: 10 },
  of('add-token', token),
  of('tokens'),
  of('valid-tokens'),
  of('rotate-token', { ...token, new_id: 'ba9876543210', overlap: '1 hour' }),
  of('revoke-token', { ...token, revoked_by: 'anna' }),
  of('touch-token', token),
  of('add-session', session),
  of('sessions'),
  of('valid-sessions'),
  of('end-session', session),
  of('touch-session', session),
  of('audit-access', { act: 'sign_in', acting: '{}', reason: 'x', detail: '{}' }),
  of('forget-access', { tokens_kept: '90 days' }),
]
