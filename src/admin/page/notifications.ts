/** /admin/notifications: a list with its filters in the URL. */
import { STATES, STEPS } from '../../domain/notification.ts'
import { toId18 } from '../../domain/salesforce-id.ts'
import { FILTERS, readFilter } from '../../operations/filter.ts'
import { listNotifications } from '../../operations/list.ts'
import type { Notification } from '../../operations/notification.ts'
import type { Caller } from '../access/caller.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { ago } from './parts/text.ts'
import { stateBadge, stepName } from './parts/words.ts'
import type { Pages } from './ports.ts'
import { fieldsOf, type PageRoute } from './routes.ts'

type Asked = Record<string, string | undefined>

const LIMIT = 50

export function notificationsPage({ ledger, now }: Pages): PageRoute {
  return {
    method: 'GET',
    url: '/notifications',
    scope: 'read',
    async run(request, reply, caller) {
      const { q, ...given } = fieldsOf(request.query)
      if (q !== undefined) return reply.redirect(await placeOf(q.trim(), ledger), 303)
      const asked: Asked = Object.fromEntries(FILTERS.map((name) => [name, given[name]]))
      const { after } = given
      const { items, next } = await listNotifications(ledger, readFilter(asked, now()), { limit: LIMIT, after })
      return page({ asked, after, items, next, now: now() }, caller)
    },
  }
}

/** What was searched for: an exact id goes straight to its notification, a number to the order, the rest is words. */
async function placeOf(q: string, ledger: Pages['ledger']): Promise<string> {
  if (q === '') return '/admin/notifications'
  const exact = toId18(q) ?? q
  if (/^[\w-]{15,40}$/.test(q) && (await ledger.find(exact, undefined)) !== undefined)
    return `/admin/notifications/${encodeURIComponent(exact)}`
  const name = /^\d{6,}$/.test(q) ? 'order' : 'text'
  return `/admin/notifications?${new URLSearchParams({ [name]: q })}`
}

interface Listed {
  asked: Asked
  after: string | undefined
  items: Notification[]
  next: string | undefined
  now: Date
}

function page({ asked, after, items, next, now }: Listed, caller: Caller): Html {
  const body = html`${filterForm(asked)}
<section id="list" ${after === undefined ? html`data-live` : undefined} aria-label="Orders">
${items.length === 0 ? nothing(asked) : table(items, now)}
</section>
<nav class="paging" aria-label="Paging">
${after === undefined ? undefined : html`<a href="/admin/notifications?${query(asked, {})}">Newest</a>`}
${next === undefined ? undefined : html`<a rel="next" href="/admin/notifications?${query(asked, { after: next })}">Older</a>`}
</nav>`
  return layout({ title: 'Orders', caller, body, now, here: '/admin/notifications' })
}

function table(items: Notification[], now: Date): Html {
  return html`<table class="list wide"><caption class="hidden">Notifications, newest first</caption>
<thead><tr><th scope="col">State</th><th scope="col">Order</th><th scope="col">Account</th><th scope="col">Step</th><th scope="col">Error</th><th scope="col" class="n">Tries</th><th scope="col">Arrived</th></tr></thead>
<tbody>${items.map((one) => row(one, now))}</tbody></table>`
}

function row(one: Notification, now: Date): Html {
  return html`<tr data-row>
<td>${stateBadge(one.state)}</td>
<td><a href="/admin/notifications/${encodeURIComponent(one.notificationId)}">${one.orderNumber ?? one.recordId ?? 'no record'}</a></td>
<td>${one.accountName}</td>
<td>${one.state === 'completed' ? undefined : stepName(one.step)}</td>
<td>${one.errorCode === undefined ? undefined : html`<code title="${one.errorMessage}">${one.errorCode}</code>`}</td>
<td class="n">${one.attempts === 0 ? undefined : one.attempts}</td>
<td>${ago(one.receivedAt, now)}</td>
</tr>`
}

function nothing(asked: Asked): Html {
  const filtered = FILTERS.some((name) => asked[name] !== undefined)
  return filtered
    ? html`<p class="quiet">Nothing fits these filters. <a href="/admin/notifications">Show all</a></p>`
    : html`<p class="quiet">Nothing has arrived yet. <code>soapstone send</code> sends a first message, as Salesforce would.</p>`
}

function filterForm(asked: Asked): Html {
  return html`<form class="filters" action="/admin/notifications">
<nav class="chips" aria-label="State">${[undefined, ...STATES].map((state) => chip(state, asked))}</nav>
<label>Step <select name="step">${options(['', ...STEPS], asked.step, (step) => (step === '' ? 'any' : stepName(step)))}</select></label>
<label>Code <input name="code" value="${asked.code}" size="18" placeholder="any"></label>
<label>Order number <input name="order" value="${asked.order}" size="10"></label>
<label>Words <input name="text" value="${asked.text}" size="16" placeholder="error or account"></label>
<label>Since <input name="since" value="${asked.since}" size="10" placeholder="2h, 7d, a day"></label>
${asked.state === undefined ? undefined : html`<input type="hidden" name="state" value="${asked.state}">`}
<button>Filter</button>
</form>`
}

function chip(state: string | undefined, asked: Asked): Html {
  const current = asked.state === state ? html` aria-current="true"` : undefined
  const { state: _, ...rest } = asked
  return html`<a href="/admin/notifications?${query(rest, state === undefined ? {} : { state })}"${current}>${state === undefined ? 'all' : stateBadge(state)}</a>`
}

function options(values: readonly string[], chosen: string | undefined, words: (value: string) => string): Html[] {
  return values.map(
    (value) =>
      html`<option value="${value}"${value === (chosen ?? '') ? html` selected` : undefined}>${words(value)}</option>`,
  )
}

/** The filters without the place in the list, and what is to be different. */
function query(asked: Asked, more: Asked): string {
  const given = Object.entries({ ...asked, ...more }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return String(new URLSearchParams(given))
}
