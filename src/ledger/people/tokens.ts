/** Tokens for API, portal and page, as the ledger keeps them. */
import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'
import type { Acting } from './acts.ts'

export const addToken = query(
  'add-token',
  {
    token_id: 'text',
    name: 'text',
    scopes: 'text[]',
    secret_hash: 'bytea',
    created_by: 'text',
    expires_at: 'timestamptz?',
    acting: 'jsonb',
  },
  { token_id: 'text' },
)
export const tokens = query(
  'tokens',
  { token_id: 'text?' },
  {
    token_id: 'text',
    name: 'text',
    scopes: 'text[]',
    state: 'text',
    created_at: 'timestamptz',
    created_by: 'text',
    expires_at: 'timestamptz?',
    last_used_at: 'timestamptz?',
    revoked_at: 'timestamptz?',
    revoked_by: 'text?',
    successor_id: 'text?',
  },
)
export const validTokens = query(
  'valid-tokens',
  {},
  { token_id: 'text', name: 'text', scopes: 'text[]', secret_hash: 'bytea' },
)
export const rotateToken = query(
  'rotate-token',
  { token_id: 'text', new_id: 'text', secret_hash: 'bytea', overlap: 'interval', created_by: 'text', acting: 'jsonb' },
  { token_id: 'text' },
)
export const revokeToken = query(
  'revoke-token',
  { token_id: 'text', revoked_by: 'text', acting: 'jsonb' },
  { token_id: 'text' },
)
export const touchToken = query('touch-token', { token_id: 'text' }, {})

export function createTokens(runner: Runner) {
  return {
    async add(token: {
      id: string
      name: string
      scopes: readonly string[]
      hash: Buffer
      by: Acting
      expiresAt: Date | undefined
    }) {
      await addToken(runner, {
        token_id: token.id,
        name: token.name,
        scopes: token.scopes,
        secret_hash: token.hash,
        created_by: token.by.name,
        expires_at: token.expiresAt,
        acting: storableJson(token.by),
      })
    },
    list: () => tokens(runner, { token_id: undefined }),
    async find(id: string) {
      const [found] = await tokens(runner, { token_id: id })
      return found
    },
    /** Those that open something now, with the hashes of their secrets. */
    valid: () => validTokens(runner, {}),
    async rotate(rotation: { id: string; newId: string; hash: Buffer; overlapMs: number; by: Acting }) {
      const { id, newId, hash, overlapMs, by } = rotation
      const rotated = await rotateToken(runner, {
        token_id: id,
        new_id: newId,
        secret_hash: hash,
        overlap: `${overlapMs} milliseconds`,
        created_by: by.name,
        acting: storableJson(by),
      })
      return rotated.length > 0
    },
    async revoke(id: string, by: Acting) {
      const revoked = await revokeToken(runner, { token_id: id, revoked_by: by.name, acting: storableJson(by) })
      return revoked.length > 0
    },
    async touch(id: string) {
      await touchToken(runner, { token_id: id })
    },
  }
}
