/** Who is signed in. Everybody sees and ends his own sessions; who has the scope admin those of all. */
import { allows } from '../../operations/scopes.ts'
import { Problem } from '../../runtime/problem.ts'
import type { Access, Caller } from '../access/caller.ts'
import type { ListedSession } from '../access/sessions.ts'
import type { SignIn } from '../access/sign-in.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import type { PageRoute } from './routes.ts'

export function sessionPages({ sessions }: Pick<Access, 'sessions'>, signIn: Pick<SignIn, 'end'>): PageRoute[] {
  const visible = async (caller: Caller) => (await sessions.list()).filter((one) => isVisible(one, caller))
  return [
    {
      method: 'GET',
      url: '/sessions',
      scope: 'read',
      run: async (_request, _reply, caller) => sessionsPage(await visible(caller), caller),
    },
    {
      method: 'POST',
      url: '/sessions/:id/end',
      scope: 'read',
      async run({ params }, reply, caller) {
        const id = idIn(params)
        const found = (await visible(caller)).find((one) => one.id === id)
        if (found === undefined || !(await signIn.end(caller, found)))
          throw new Problem(404, 'NOT_FOUND', 'that session is over already')
        return reply.redirect('/admin/sessions', 303)
      },
    },
  ]
}

function idIn(params: unknown): string {
  return typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : ''
}

function isVisible(session: ListedSession, { scopes, tokenId, subject }: Caller): boolean {
  if (allows(scopes, 'admin')) return true
  return tokenId === undefined ? session.subject === subject : session.tokenId === tokenId
}

function sessionsPage(sessions: ListedSession[], caller: Caller) {
  const body = html`<table>
<caption class="quiet">Signed in now. A session is over an hour after its last request.</caption>
<thead><tr><th scope="col">Who</th><th scope="col">May</th><th scope="col">Since</th><th scope="col">Last seen</th><th scope="col">From</th><th scope="col"></th></tr></thead>
<tbody>
${sessions.map(
  (
    one,
  ) => html`<tr><td>${one.name}${one.id === caller.sessionId ? ' (this one)' : undefined}</td><td>${one.scopes.join(', ')}</td>
<td>${time(one.createdAt)}</td><td>${time(one.lastSeenAt)}</td><td>${one.address} <span class="quiet">${one.userAgent}</span></td>
<td><form method="post" action="/admin/sessions/${one.id}/end"><button>End</button></form></td></tr>
`,
)}</tbody>
</table>`
  return layout({ title: 'Sessions', caller, body })
}

function time(date: Date) {
  const text = date.toISOString()
  return html`<time datetime="${text}">${text.slice(0, 16).replace('T', ' ')} UTC</time>`
}
