/** Who is signed in at the page, as the ledger keeps it. */
import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'
import type { Acting } from './acts.ts'

export const addSession = query(
  'add-session',
  {
    session_id: 'text',
    secret_hash: 'bytea',
    name: 'text',
    scopes: 'text[]',
    token_id: 'text?',
    subject: 'text?',
    address: 'text',
    user_agent: 'text',
    lasting: 'interval',
  },
  {},
)
const session = {
  session_id: 'text',
  name: 'text',
  scopes: 'text[]',
  token_id: 'text?',
  subject: 'text?',
} as const
export const sessions = query(
  'sessions',
  {},
  {
    ...session,
    address: 'text',
    user_agent: 'text',
    created_at: 'timestamptz',
    last_seen_at: 'timestamptz',
    expires_at: 'timestamptz',
  },
)
export const validSessions = query('valid-sessions', {}, { ...session, secret_hash: 'bytea' })
export const endSession = query('end-session', { session_id: 'text' }, { session_id: 'text' })
export const touchSession = query('touch-session', { session_id: 'text' }, {})
export const forgetAccess = query('forget-access', { tokens_kept: 'interval' }, {})

export const auditAct = query(
  'audit-access',
  { act: 'text', acting: 'jsonb', reason: 'text?', detail: 'jsonb' },
  { kept: 'boolean' },
)

export interface SessionToAdd {
  id: string
  hash: Buffer
  name: string
  scopes: readonly string[]
  /** One of the two. */
  tokenId: string | undefined
  subject: string | undefined
  address: string
  userAgent: string
  hours: number
}

export function createPageSessions(runner: Runner) {
  return {
    async add(one: SessionToAdd) {
      await addSession(runner, {
        session_id: one.id,
        secret_hash: one.hash,
        name: one.name,
        scopes: one.scopes,
        token_id: one.tokenId,
        subject: one.subject,
        address: one.address,
        user_agent: one.userAgent,
        lasting: `${one.hours} hours`,
      })
    },
    list: () => sessions(runner, {}),
    /** With the hashes of their secrets. */
    valid: () => validSessions(runner, {}),
    /** False: there is none. */
    async end(id: string) {
      return (await endSession(runner, { session_id: id })).length > 0
    },
    async touch(id: string) {
      await touchSession(runner, { session_id: id })
    },
  }
}

/** Removes sessions that are over, and tokens that have opened nothing for so many days. */
export async function forgetOldAccess(runner: Runner, days: number): Promise<void> {
  await forgetAccess(runner, { tokens_kept: `${days} days` })
}

/** Keeps who signed in or out, or tried to. */
export async function auditAccess(
  runner: Runner,
  { act, by, reason, detail = {} }: { act: string; by: Acting; reason?: string; detail?: object },
): Promise<void> {
  await auditAct(runner, { act, acting: storableJson(by), reason, detail: storableJson(detail) })
}
