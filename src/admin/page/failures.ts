/** /admin/failures: the dead letters by cause, each with what it means and what to do. */
import { type Failures, readFailures } from '../../operations/failures.ts'
import { allows } from '../../operations/scopes.ts'
import type { Caller } from '../access/caller.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { ago, counted, number } from './parts/text.ts'
import { stepName } from './parts/words.ts'
import type { Links, Pages } from './ports.ts'
import type { PageRoute } from './routes.ts'

export function failuresPage({ ledger, links, now }: Pages): PageRoute {
  return {
    method: 'GET',
    url: '/failures',
    scope: 'read',
    run: async (_request, _reply, caller) => page(await readFailures(ledger, undefined), { caller, links, now: now() }),
  }
}

interface Around {
  caller: Caller
  links: Links
  now: Date
}

function page(groups: Failures[], around: Around): Html {
  const all = groups.reduce((total, { count }) => total + count, 0)
  const body = html`<section id="groups" data-live aria-label="Failures by cause">
${groups.length === 0 ? html`<p class="quiet">What can't go on by itself would be here: its cause, what that means, and what to do.</p>` : groups.map((group) => section(group, around))}
</section>`
  const heading = html`${all === 0 ? 'No order waits' : counted(all, 'order waits', 'orders wait')} for you`
  return layout({ title: 'Failures', heading, caller: around.caller, body, now: around.now, here: '/admin/failures' })
}

function section({ code, count, firstAt, lastAt, meaning, remedy, example }: Failures, around: Around): Html {
  const { caller, now } = around
  const replay = html`<a class="button" data-replay href="/admin/replays?code=${code}">Replay ${count === 1 ? 'it' : `all ${number(count)}`}</a>`
  return html`<article class="group" id="${code}">
<div class="row"><h2><a href="/admin/notifications?state=dead&amp;code=${code}">${counted(count, 'order')}</a> <code>${code}</code></h2>${allows(caller.scopes, 'operate') ? replay : undefined}</div>
<p>${meaning ?? 'Nobody has foreseen this code.'}</p>
${remedy === undefined ? undefined : html`<p class="remedy"><strong>What to do:</strong> ${remedy}</p>`}
<p class="quiet">First ${ago(firstAt, now)}, last ${ago(lastAt, now)}.</p>
${example && newest(example, around)}
</article>`
}

function newest(one: NonNullable<Failures['example']>, { links }: Around): Html {
  const record = one.recordId === undefined ? undefined : links.salesforceRecord(one.organizationId, one.recordId)
  return html`<p>Newest: <a href="/admin/notifications/${one.notificationId}">${one.orderNumber ?? one.recordId ?? one.notificationId}</a>${one.accountName ? ` of ${one.accountName}` : ''}, at “${stepName(one.step)}”: ${one.errorMessage}
${record && html`<a href="${record}" rel="noreferrer">Open in Salesforce</a>`}</p>`
}
