/** Notifications as a table. Headers of columns that an index carries are links, which sort. */
import type { Notification } from '../../../operations/notification.ts'
import { NEWEST_FIRST, type Sort, type SortTime, timeOf, timeOfState } from '../../../operations/sort.ts'
import { type Html, html } from '../html.ts'
import { ago } from '../parts/text.ts'
import { stateBadge, stepName } from '../parts/words.ts'
import { type Asked, listUrl } from './query.ts'

export interface Table {
  asked: Asked
  sort: Sort
  /** What this list can be in order of. */
  times: readonly SortTime[]
  items: readonly Notification[]
  now: Date
}

interface Column {
  time: SortTime
  title: string
  /** Where one goes who asks for this order first. */
  first: Sort
  last: Sort
}

/** The last columns. Those for some states are there only where such a state is asked for. */
const COLUMNS: readonly Column[] = [
  { time: 'nextAttemptAt', title: 'Due', first: 'nextAttemptAt', last: '-nextAttemptAt' },
  { time: 'finalizedAt', title: 'Ended', first: '-finalizedAt', last: 'finalizedAt' },
  { time: 'receivedAt', title: 'Arrived', first: NEWEST_FIRST, last: 'receivedAt' },
]

/** The order in words: for the caption, and for the links to what follows. */
const WORDS: Record<Sort, string> = {
  '-receivedAt': 'newest first',
  receivedAt: 'oldest first',
  nextAttemptAt: 'the next that is due first',
  '-nextAttemptAt': 'the last that is due first',
  '-finalizedAt': 'latest end first',
  finalizedAt: 'earliest end first',
}

export function table({ asked, sort, times, items, now }: Table): Html {
  const columns = COLUMNS.filter(({ time }) => time === 'receivedAt' || time === timeOfState(asked.state))
  return html`<table class="list wide"><caption class="hidden">Notifications, ${WORDS[sort]}</caption>
<thead><tr><th scope="col">State</th><th scope="col">Order</th><th scope="col">Account</th><th scope="col">Step</th><th scope="col">Error</th><th scope="col" class="n">Tries</th>${columns.map((column) => header(column, { asked, sort, times }))}</tr></thead>
<tbody>${items.map((one) => row(one, columns, now))}</tbody></table>`
}

function header({ time, title, first, last }: Column, { asked, sort, times }: Pick<Table, 'asked' | 'sort' | 'times'>) {
  if (!times.includes(time)) return html`<th scope="col">${title}</th>`
  const current = timeOf(sort) === time
  const next = sort === first ? last : first
  const direction = sort.startsWith('-') ? 'descending' : 'ascending'
  const arrow = html` <span aria-hidden="true">${direction === 'descending' ? '↓' : '↑'}</span>`
  const url = listUrl(asked, { sort: next === NEWEST_FIRST ? undefined : next })
  return html`<th scope="col" class="sorts"${current ? html` aria-sort="${direction}"` : undefined}><a href="${url}" data-sort title="${WORDS[next]}">${title}${current ? arrow : undefined}</a></th>`
}

function row(one: Notification, columns: readonly Column[], now: Date): Html {
  return html`<tr data-row>
<td>${stateBadge(one.state)}</td>
<td><a href="/admin/notifications/${encodeURIComponent(one.notificationId)}">${one.orderNumber ?? one.recordId ?? 'no record'}</a></td>
<td>${one.accountName}</td>
<td>${one.state === 'completed' ? undefined : stepName(one.step)}</td>
<td>${one.errorCode === undefined ? undefined : html`<code title="${one.errorMessage}">${one.errorCode}</code>`}</td>
<td class="n">${one.attempts === 0 ? undefined : one.attempts}</td>
${columns.map(({ time, title }) => cell(one[time], columns.length > 1 ? title : undefined, now))}
</tr>`
}

/** `title`: where there are several times, which one it is, on a phone. */
function cell(at: Date | undefined, title: string | undefined, now: Date): Html {
  if (at === undefined) return html`<td></td>`
  return html`<td>${title === undefined ? undefined : html`<span class="phone">${title.toLowerCase()} </span>`}${ago(at, now)}</td>`
}
