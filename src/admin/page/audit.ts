/** /admin/audit: who did what, and why. */
import { type AuditEntry, listAudit, readAuditFilter } from '../../operations/audit.ts'
import type { Page } from '../../operations/page.ts'
import type { Caller } from '../access/caller.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { ago } from './parts/text.ts'
import type { Pages } from './ports.ts'
import { fieldsOf, type PageRoute } from './routes.ts'

const LIMIT = 50

export function auditPage({ ledger, now }: Pages): PageRoute {
  return {
    method: 'GET',
    url: '/audit',
    scope: 'read',
    async run({ query }, _reply, caller) {
      const { actor, act, notification, record, after } = fieldsOf(query)
      const asked = { actor, act, notification, record }
      const found = await listAudit(ledger, readAuditFilter(asked, now()), { limit: LIMIT, after })
      return page(found, asked, caller, now())
    },
  }
}

function page(
  { items, next }: Page<AuditEntry>,
  filter: Record<string, string | undefined>,
  caller: Caller,
  now: Date,
): Html {
  const kept = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const more = next === undefined ? undefined : String(new URLSearchParams([...kept, ['after', next]]))
  const body = html`<form class="filters" action="/admin/audit">
<label>Who <input name="actor" value="${filter.actor}"></label><label>What <input name="act" value="${filter.act}"></label><button>Filter</button></form>
${items.length === 0 ? html`<p class="quiet">Nobody has done anything${kept.length > 0 ? ' that fits' : ''}. Replays, dismissals, tokens and changes by hand would be here.</p>` : table(items, now)}
${more && html`<nav class="paging" aria-label="Paging"><a rel="next" href="/admin/audit?${more}">Older</a></nav>`}`
  return layout({ title: 'Audit', heading: html`Who did what`, caller, body, now, here: '/admin/audit' })
}

function table(items: AuditEntry[], now: Date): Html {
  return html`<table class="list wide"><caption class="hidden">Acts, newest first</caption>
<thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Which</th><th scope="col">Why</th><th scope="col">From</th></tr></thead>
<tbody>${items.map((one) => row(one, now))}</tbody></table>`
}

function row(one: AuditEntry, now: Date): Html {
  const { notificationId, recordId, via, address, login } = one
  return html`<tr data-row><td>${ago(one.at, now)}</td><td>${one.actor}</td><td>${one.act}</td>
<td>${notificationId === undefined ? undefined : html`<a href="/admin/notifications/${notificationId}">${recordId ?? notificationId}</a>`}</td>
<td>${one.reason}</td><td>${via}${address === undefined ? undefined : ` ${address}`} <span class="quiet">${login}</span></td></tr>`
}
