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

export const ACCESS: Case[] = [
  of('add-token', token),
  of('tokens'),
  of('valid-tokens'),
  of('rotate-token', { ...token, new_id: 'ba9876543210', overlap: '1 hour' }),
  of('revoke-token', { ...token, revoked_by: 'anna' }),
  of('touch-token', token),
]
