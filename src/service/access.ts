/** Who may: tokens and sessions of the ledger, as API, page and portal check them. */

import { createTokens } from '../admin/access/bearer.ts'
import type { Access } from '../admin/access/caller.ts'
import { createSessions } from '../admin/access/sessions.ts'
import { createPageSessions } from '../ledger/people/page-sessions.ts'
import { createTokens as createLedgerTokens } from '../ledger/people/tokens.ts'
import type { Runner } from '../ledger/postgres/query.ts'
import type { Log } from '../runtime/log.ts'
import { camel } from './camel.ts'
import { toScopes } from './tokens.ts'

export interface AccessOptions {
  runner: Runner
  log: Log
  adminUrl: string | undefined
}

export function createAccess({ runner, log, adminUrl }: AccessOptions): Access {
  const now = () => performance.now()
  const onError = (error: unknown) => log.warn({ err: error }, 'access.use_not_written')
  const tokens = createLedgerTokens(runner)
  const sessions = createPageSessions(runner)
  return {
    adminUrl,
    tokens: createTokens({
      ledger: {
        touch: tokens.touch,
        valid: async () =>
          (await tokens.valid()).map(({ token_id: id, name, scopes, secret_hash: hash }) => ({
            id,
            name,
            scopes: toScopes(scopes),
            hash,
          })),
      },
      now,
      onError,
    }),
    sessions: createSessions({
      ledger: {
        ...sessions,
        valid: async () =>
          (await sessions.valid()).map(camel).map(({ sessionId: id, secretHash: hash, scopes, ...rest }) => ({
            ...rest,
            id,
            hash,
            scopes: toScopes(scopes),
          })),
        list: async () =>
          (await sessions.list())
            .map(camel)
            .map(({ sessionId: id, scopes, ...rest }) => ({ ...rest, id, scopes: toScopes(scopes) })),
      },
      now,
      onError,
    }),
  }
}
