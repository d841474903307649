/** Mutations of who may use API and page. */
import { code, schema, statement } from './change.ts'
import type { Mutation } from './table.ts'

export const ACCESS: Mutation[] = [
  {
    name: 'the id of a token is enough',
    change: code('createSecrets', '!timingSafeEqual(entry.hash, secret.hash)', 'false'),
  },
  {
    name: 'what was read of tokens is good for ever',
    change: code('createSecrets', 'now() - known.at < freshMs', 'now() >= 0'),
  },
  {
    name: 'each stranger is a read of the ledger',
    change: code('createSecrets', 'next ??= readAfterRest()', 'next = readAfterRest()'),
  },
  {
    name: 'an expired token opens everything',
    change: statement('valid-tokens', 'and (expires_at is null or expires_at > now())', ''),
  },
  { name: 'a revoked token opens everything', change: statement('valid-tokens', 'revoked_at is null and', '') },
  {
    name: 'a rotated token is valid as long as before',
    change: statement('rotate-token', 'least(t.expires_at, now() + $4)', 't.expires_at'),
  },
  {
    name: 'a session outlives its token',
    change: schema('and t.revoked_at is null and', 'and'),
    by: ['page/sign-in'],
  },
  {
    name: 'who may read may do everything',
    change: code('allows', 'LEVELS.indexOf(scope) > level', 'LEVELS.indexOf(scope) >= 0'),
  },
  { name: 'status is in every scope', change: code('allows', 'level >= 0', 'true') },
  {
    name: 'a page asks for no scope',
    change: code('addPage', 'requireScope(caller, wanted)', ''),
    by: ['page/pages', 'page/sign-in'],
  },
  { name: 'the API asks for no scope', change: code('createApi', 'requireScope(caller, wanted)', '') },
  {
    name: 'a cookie acts from any origin',
    change: code('refuseForeignOrigin', 'ours.includes(origin)', 'true'),
  },
  {
    name: 'a form without an origin is taken',
    change: code('refuseForeignOrigin', 'origin !== undefined &&', 'origin === undefined ||'),
  },
  {
    name: 'signing out forgets the cookie alone',
    change: code('createSignIn', 'await access.sessions.end(caller.sessionId)', 'undefined'),
  },
  {
    name: 'a token for portals signs in at the page',
    change: code('createSignIn', "!allows(scopes, 'read')", 'false'),
  },
  {
    name: 'somebody without a mapped group gets in',
    change: code('addProviderSignIn', 'person.scopes.length === 0', 'false'),
  },
  {
    name: 'after signing in one is led anywhere',
    change: code(
      'safeNext',
      'next !== undefined && /^\\/(?:admin|api)\\/(?![/\\\\])[\\x21-\\x7e]*$/.test(next)',
      'next !== undefined',
    ),
  },
  { name: 'pages run what they are given', change: code('escaped', "ESCAPES[character] ?? ''", 'character') },
  {
    name: 'a name that the API does not know is passed over',
    change: code('refuseUnknown', 'if (unknown === undefined) return', 'return'),
  },
]
