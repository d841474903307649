/** /admin/notifications/:id: the story of one order, and what can be done now. */
import { type ShownWithRemedy, showNotification } from '../../../operations/show.ts'
import type { Caller } from '../../access/caller.ts'
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import { ago, id, moment } from '../parts/text.ts'
import { doorName, stateBadge, stepName } from '../parts/words.ts'
import type { Links, Pages } from '../ports.ts'
import { field, type PageRoute } from '../routes.ts'
import { actForms } from './forms.ts'
import { timeline } from './timeline.ts'

export function notificationPage({ ledger, links, now }: Pages): PageRoute {
  return {
    method: 'GET',
    url: '/notifications/:id',
    scope: 'read',
    async run(request, _reply, caller) {
      const named = { id: field(request.params, 'id') ?? '', organizationId: field(request.query, 'organization') }
      const shown = await showNotification(ledger, named)
      return page(shown, { caller, links, now: now(), done: field(request.query, 'done') })
    },
  }
}

interface Around {
  caller: Caller
  links: Links
  now: Date
  /** What was just done. */
  done: string | undefined
}

function page(shown: ShownWithRemedy, { caller, links, now, done }: Around): Html {
  const { notification: n, remedy } = shown
  const name = n.orderNumber ?? n.recordId ?? n.notificationId
  const body = html`${done === undefined ? undefined : html`<p class="done" role="status">${DONE[done]}</p>`}
<div class="columns">
<div>
<section id="state" data-live aria-label="State">
<p>${stateBadge(n.state)} at “${stepName(n.step)}”${n.nextAttemptAt && n.state === 'pending' ? html`, next try ${ago(n.nextAttemptAt, now)}` : undefined}</p>
${n.errorCode === undefined ? undefined : html`<p class="error"><code>${n.errorCode}</code> ${n.errorMessage}</p>`}
${remedy === undefined || n.errorCode === undefined ? undefined : html`<p class="remedy"><strong>What to do:</strong> ${remedy}</p>`}
</section>
<section id="timeline" data-live aria-labelledby="timeline-title"><h2 id="timeline-title">What happened</h2>${timeline(shown, now)}</section>
${papers(shown)}
${others(shown, now)}
</div>
<aside>
<section aria-labelledby="facts-title"><h2 id="facts-title">Facts</h2>${facts(shown, links, now)}</section>
${actForms(shown, caller)}
</aside>
</div>`
  return layout({
    title: name,
    heading: html`Order ${name}${n.accountName ? html` <span class="quiet">of ${n.accountName}</span>` : undefined}`,
    caller,
    body,
    now,
  })
}

const DONE: Record<string, string> = {
  replay: 'It is back at work.',
  dismiss: 'It was put aside.',
  cancel: 'It is being cancelled in WHMCS.',
  resolve: 'What you found was written down, and work goes on from there.',
  priority: 'Its priority was changed.',
}

function facts({ notification: n, attempts, provisioning, message }: ShownWithRemedy, links: Links, now: Date): Html {
  const record = n.recordId === undefined ? undefined : links.salesforceRecord(n.organizationId, n.recordId)
  const order = n.whmcsOrderId === undefined ? undefined : links.whmcsOrder(n.organizationId, n.whmcsOrderId)
  const rows: [string, Html | string | undefined][] = [
    [
      'Record',
      n.recordId === undefined
        ? 'it was deleted before the message was sent'
        : html`${id(n.recordId)} ${link(record, 'in Salesforce')}`,
    ],
    ['Notification', id(n.notificationId)],
    ['WHMCS order', n.whmcsOrderId === undefined ? 'none yet' : html`${n.whmcsOrderId} ${link(order, 'in WHMCS')}`],
    ['WHMCS client', provisioning?.whmcsClientId],
    ['Arrived', ago(n.receivedAt, now)],
    ['Priority', n.priority],
    ['Tries', String(attempts.length)],
    ['Organization', id(n.organizationId)],
    ['Session', message.hasSession ? 'came with the message; sealed' : 'none came with the message'],
  ]
  return html`<dl class="facts">${rows.map(([name, value]) => (value === undefined ? html`` : html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}</dl>`
}

function link(href: string | undefined, text: string): Html | undefined {
  return href === undefined ? undefined : html`<a href="${href}" rel="noreferrer">${text}</a>`
}

/** What was read, asked and sent, as JSON: for whoever has to know exactly. */
function papers({ provisioning, message, order }: ShownWithRemedy): Html {
  const paper = (title: string, value: unknown) =>
    value === undefined || value === null
      ? html``
      : html`<details class="paper"><summary>${title}</summary><pre tabindex="0">${JSON.stringify(value, undefined, 2)}</pre></details>`
  return html`<section aria-labelledby="papers-title"><h2 id="papers-title">As it was</h2>
${paper('Fields of the message', message.fields)}
${order === undefined ? undefined : paper(`The order as it was read at ${moment(order.takenAt)}`, order.content)}
${paper('What was asked of WHMCS', provisioning?.request)}
${paper('WHMCS services by order item', provisioning?.serviceIds)}
</section>`
}

function others({ others: all }: ShownWithRemedy, now: Date): Html | undefined {
  if (all.length === 0) return undefined
  return html`<section aria-labelledby="others-title"><h2 id="others-title">Others of the record</h2><ul class="groups">${all.map(
    (one) =>
      html`<li>${stateBadge(one.state)} <a href="/admin/notifications/${one.notificationId}">${one.notificationId}</a> by ${doorName(one.source)} <span class="quiet">${ago(one.receivedAt, now)}</span></li>`,
  )}</ul></section>`
}
