/** /admin/notifications: a list with its filters and its order in the URL. */
import { toId18 } from '../../../domain/salesforce-id.ts'
import { FILTERS, type Filter, readFilter } from '../../../operations/filter.ts'
import { listNotifications } from '../../../operations/list.ts'
import { NEWEST_FIRST, readSort, type Sort, sortTimes, timeOf } from '../../../operations/sort.ts'
import type { Caller } from '../../access/caller.ts'
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import type { Pages } from '../ports.ts'
import { fieldsOf, type PageRoute } from '../routes.ts'
import { filterForm } from './filters.ts'
import { type Asked, listUrl } from './query.ts'
import { type Table, table } from './table.ts'

const LIMIT = 50

export function notificationsPage({ ledger, now }: Pages): PageRoute {
  return {
    method: 'GET',
    url: '/notifications',
    scope: 'read',
    async run(request, reply, caller) {
      const { q, ...given } = fieldsOf(request.query)
      if (q !== undefined) return reply.redirect(await placeOf(q.trim(), ledger), 303)
      const filters: Asked = Object.fromEntries(FILTERS.map((name) => [name, given[name]]))
      const filter = readFilter(filters, now())
      const sort = sortOf(given.sort, filter)
      const asked = { ...filters, sort: sort === NEWEST_FIRST ? undefined : sort }
      const { after } = given
      const { items, next } = await listNotifications(ledger, filter, { limit: LIMIT, sort, after })
      return page({ asked, sort, times: sortTimes(filter), after, items, next, now: now() }, caller)
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
  return listUrl({ [name]: q })
}

/** Who narrows a sorted list by the form must not be refused: the headers say in which order it is now. */
function sortOf(text: string | undefined, filter: Filter): Sort {
  const sort = readSort(text, { ...readFilter({}, new Date(0)), state: filter.state })
  return sortTimes(filter).includes(timeOf(sort)) ? sort : NEWEST_FIRST
}

interface Listed extends Table {
  after: string | undefined
  next: string | undefined
}

function page({ after, next, ...shown }: Listed, caller: Caller): Html {
  const { asked, sort, items, now } = shown
  const [first, further] = sort === NEWEST_FIRST ? ['Newest', 'Older'] : ['From the start', 'Next']
  const body = html`${filterForm(asked, sort)}
<section id="list" ${after === undefined ? html`data-live` : undefined} aria-label="Orders">
${items.length === 0 ? nothing(asked) : table(shown)}
</section>
<nav class="paging" aria-label="Paging">
${after === undefined ? undefined : html`<a href="${listUrl(asked)}">${first}</a>`}
${next === undefined ? undefined : html`<a rel="next" href="${listUrl(asked, { after: next })}">${further}</a>`}
</nav>`
  return layout({ title: 'Orders', caller, body, now, here: '/admin/notifications' })
}

function nothing(asked: Asked): Html {
  const filtered = FILTERS.some((name) => asked[name] !== undefined)
  return filtered
    ? html`<p class="quiet">Nothing fits these filters. <a href="/admin/notifications">Show all</a></p>`
    : html`<p class="quiet">Nothing has arrived yet. <code>soapstone send</code> sends a first message, as Salesforce would.</p>`
}
