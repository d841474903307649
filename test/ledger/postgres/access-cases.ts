/** Statements about tokens and sessions, of which there are few: none may look at anything else. */
import type { Case } from './plan-cases.ts'

const token = {
  token_id: '0123456789ab',
  name: 'x',
  scopes: ['read'],
  secret_hash: '\\x'.padEnd(66, '0'),
  created_by: 'anna',
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

export const ACCESS: Case[] = [
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
  of('forget-access', { tokens_kept: '90 days' }),
]
