/** /api/tokens: who may use the API. */
import { Refusal } from '../../operations/refusal.ts'
import { SCOPES } from '../../operations/scopes.ts'
import { createToken, listTokens, revokeToken, rotateToken, type TokenPort } from '../../operations/tokens.ts'
import type { Tokens } from '../access/bearer.ts'
import { actorOf } from '../access/caller.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { list, nullable, object, page, TEXT, TIME } from './schema.ts'

const SCOPE = { type: 'string', enum: SCOPES } as const
const TOKEN = {
  id: TEXT,
  name: TEXT,
  scopes: list(SCOPE),
  prefix: { type: 'string', description: 'The token begins so. The rest is shown to nobody.' },
  state: {
    type: 'string',
    enum: ['active', 'rotated', 'expired', 'revoked'],
    description: 'rotated: valid until it expires',
  },
  createdAt: TIME,
  createdBy: TEXT,
  expiresAt: nullable(TIME),
  lastUsedAt: nullable({ ...TIME, description: 'To the minute' }),
  revokedAt: nullable(TIME),
  revokedBy: nullable(TEXT),
  successorId: nullable(TEXT),
} as const
const NEW_TOKEN = object({ ...TOKEN, token: { type: 'string', description: 'Shown this once' } })
const ID = object({ id: { type: 'string', description: 'As the list shows it' } })

export interface TokenEndpoints {
  ledger: TokenPort
  /** What was read of them. */
  tokens: Pick<Tokens, 'forget'>
  now: () => Date
}

export function tokenEndpoints({ ledger, tokens, now }: TokenEndpoints): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/tokens',
      scope: 'admin',
      tag: 'tokens',
      summary: 'All tokens, newest first.',
      answers: { 200: page(object(TOKEN)) },
      run: async () => ({ items: await listTokens(ledger) }),
    }),
    endpoint({
      method: 'POST',
      url: '/tokens',
      scope: 'admin',
      tag: 'tokens',
      summary: 'Make a token. It is shown this once.',
      body: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'Whose it is, or what for. The audit shows it' },
          scopes: {
            ...list(SCOPE),
            description: 'operate includes read, admin includes both; status is for the portal',
          },
          scope: { ...SCOPE, description: 'Instead of scopes, where it is one' },
          expires: { type: 'string', description: 'A lifetime such as 90d, or a time. Absent: never' },
          expiresAt: { type: 'string', description: 'Instead of expires, where it is a time' },
        },
        required: ['name'],
      },
      answers: { 201: NEW_TOKEN },
      async run({ body: { name, scope, scopes, expires, expiresAt }, caller, reply }) {
        if (expires !== undefined && expiresAt !== undefined) {
          throw new Refusal('invalid', 'expires: give either expires or expiresAt')
        }
        const made = await createToken(ledger, {
          name,
          scopes: [...(scopes ?? []), ...(scope === undefined ? [] : [scope])],
          expires: expires ?? expiresAt,
          by: actorOf(caller),
          now: now(),
        })
        reply.code(201).header('location', `/api/tokens/${made.id}`)
        return made
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/tokens/:id',
      scope: 'admin',
      tag: 'tokens',
      summary: 'Revoke a token: within 5 seconds it opens nothing.',
      params: ID,
      answers: { 200: object(TOKEN) },
      async run({ params: { id }, caller }) {
        const revoked = await revokeToken(ledger, { id, by: actorOf(caller) })
        tokens.forget()
        return revoked
      },
    }),
    endpoint({
      method: 'POST',
      url: '/tokens/:id/rotate',
      scope: 'admin',
      tag: 'tokens',
      summary: 'Make a successor of a token. The old one stays valid for the overlap.',
      params: ID,
      body: {
        type: ['object', 'null'],
        properties: { overlap: { type: 'string', description: 'How long: 1h, 7d. Absent: 24h' } },
      },
      answers: { 201: NEW_TOKEN },
      async run({ params: { id }, body, caller, reply }) {
        const made = await rotateToken(ledger, { id, by: actorOf(caller), overlap: body?.overlap })
        reply.code(201)
        return made
      },
    }),
  ]
}
