/** The filters of the list: a form whose fields are the URL. */
import { STATES, STEPS } from '../../../domain/notification.ts'
import { NEWEST_FIRST, type Sort, timeOf } from '../../../operations/sort.ts'
import { type Html, html } from '../html.ts'
import { stateBadge, stepName } from '../parts/words.ts'
import { type Asked, listUrl } from './query.ts'

export function filterForm(asked: Asked, sort: Sort): Html {
  // An order of some states alone is not kept where others are asked for.
  const kept = timeOf(sort) === 'receivedAt' && sort !== NEWEST_FIRST ? sort : undefined
  return html`<form class="filters" action="/admin/notifications">
<nav class="chips" aria-label="State">${[undefined, ...STATES].map((state) => chip(state, { ...asked, sort: kept }))}</nav>
<label>Step <select name="step">${options(['', ...STEPS], asked.step, (step) => (step === '' ? 'any' : stepName(step)))}</select></label>
<label>Code <input name="code" value="${asked.code}" size="18" placeholder="any"></label>
<label>Order number <input name="order" value="${asked.order}" size="10"></label>
<label>Words <input name="text" value="${asked.text}" size="16" placeholder="error or account"></label>
<label>Since <input name="since" value="${asked.since}" size="10" placeholder="2h, 7d, a day"></label>
${asked.state === undefined ? undefined : html`<input type="hidden" name="state" value="${asked.state}">`}
${sort === NEWEST_FIRST ? undefined : html`<input type="hidden" name="sort" value="${sort}">`}
<button>Filter</button>
</form>`
}

function chip(state: string | undefined, asked: Asked): Html {
  const current = asked.state === state ? html` aria-current="true"` : undefined
  return html`<a href="${listUrl(asked, { state })}"${current}>${state === undefined ? 'all' : stateBadge(state)}</a>`
}

function options(values: readonly string[], chosen: string | undefined, words: (value: string) => string): Html[] {
  return values.map(
    (value) =>
      html`<option value="${value}"${value === (chosen ?? '') ? html` selected` : undefined}>${words(value)}</option>`,
  )
}
