/** /admin/tokens: who may use API, portal and page without being asked for a name. */
import { SCOPES } from '../../operations/scopes.ts'
import { createToken, listTokens, type NewToken, revokeToken, type Token } from '../../operations/tokens.ts'
import type { Tokens } from '../access/bearer.ts'
import type { Caller } from '../access/caller.ts'
import { actorOf } from '../access/caller.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { ago } from './parts/text.ts'
import type { Pages } from './ports.ts'
import { field, formOf, type PageRoute } from './routes.ts'

export function tokenPages({ ledger, now }: Pages, tokens: Pick<Tokens, 'forget'>): PageRoute[] {
  return [
    {
      method: 'GET',
      url: '/tokens',
      scope: 'admin',
      run: async (_request, _reply, caller) => page(await listTokens(ledger.tokens), undefined, caller, now()),
    },
    {
      method: 'POST',
      url: '/tokens',
      scope: 'admin',
      async run(request, _reply, caller) {
        const { name = '', scope = '', expires } = formOf(request)
        const asked = { name, scopes: [scope], expires: expires || undefined, by: actorOf(caller), now: now() }
        const made = await createToken(ledger.tokens, asked)
        return page(await listTokens(ledger.tokens), made, caller, now())
      },
    },
    {
      method: 'POST',
      url: '/tokens/:id/revoke',
      scope: 'admin',
      async run({ params }, reply, caller) {
        await revokeToken(ledger.tokens, { id: field(params, 'id') ?? '', by: actorOf(caller) })
        tokens.forget()
        return reply.redirect('/admin/tokens', 303)
      },
    },
  ]
}

function page(all: Token[], made: NewToken | undefined, caller: Caller, now: Date): Html {
  const body = html`${made && html`<p class="done" role="status">The token of ${made.name}, shown this once: <code data-copy="${made.token}">${made.token}</code></p>`}
<form method="post" action="/admin/tokens"><h2>Make a token</h2>
<label>Whose, or what for <input name="name" required maxlength="100"></label>
<label>May <select name="scope">${SCOPES.map((scope) => html`<option>${scope}</option>`)}</select></label>
<label>Expires after <input name="expires" placeholder="90d; empty: never"></label>
<button class="primary">Make a token</button></form>
<section aria-labelledby="all"><h2 id="all">All tokens</h2>${table(all, now)}</section>`
  return layout({ title: 'Tokens', caller, body, now, here: '/admin/tokens' })
}

function table(all: Token[], now: Date): Html {
  if (all.length === 0) return html`<p class="quiet">There is none.</p>`
  return html`<table class="list wide"><caption class="hidden">Tokens, newest first</caption>
<thead><tr><th scope="col">Name</th><th scope="col">May</th><th scope="col">Begins</th><th scope="col">State</th><th scope="col">Expires</th><th scope="col">Last used</th><th scope="col">Act</th></tr></thead>
<tbody>${all.map((token) => row(token, now))}</tbody></table>`
}

function row({ id, name, scopes, prefix, state, expiresAt, lastUsedAt }: Token, now: Date): Html {
  const valid = state === 'active' || state === 'rotated'
  return html`<tr><td>${name}</td><td>${scopes.join(', ')}</td><td><code>${prefix}…</code></td><td>${state}</td>
<td>${expiresAt === undefined ? 'never' : ago(expiresAt, now)}</td><td>${lastUsedAt === undefined ? 'never' : ago(lastUsedAt, now)}</td>
<td>${valid ? html`<form method="post" action="/admin/tokens/${id}/revoke"><button>Revoke<span class="hidden"> ${name}</span></button></form>` : undefined}</td></tr>`
}
