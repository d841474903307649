/** /admin/replays: replay of all that fit a filter. First it says how many and which, and asks why. */
import { FILTERS, readFilter } from '../../operations/filter.ts'
import type { Notification } from '../../operations/notification.ts'
import { previewReplay, startReplay } from '../../operations/replays.ts'
import { actorOf, type Caller } from '../access/caller.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { ago, counted, number } from './parts/text.ts'
import { stateBadge } from './parts/words.ts'
import type { Pages } from './ports.ts'
import { fieldsOf, formOf, type PageRoute } from './routes.ts'

type Asked = Record<string, string | undefined>

export function replayPages({ ledger, now }: Pages): PageRoute[] {
  return [
    {
      method: 'GET',
      url: '/replays',
      scope: 'operate',
      async run(request, _reply, caller) {
        const asked = filterIn(fieldsOf(request.query))
        const { count, sample } = await previewReplay(ledger, readFilter(asked, now()))
        return page({ asked, count, sample, now: now() }, caller)
      },
    },
    {
      method: 'POST',
      url: '/replays',
      scope: 'operate',
      async run(request, reply, caller) {
        const { reason = '', ...form } = formOf(request)
        const filter = readFilter(filterIn(form), now())
        const { id } = await startReplay(ledger, { filter, reason, by: actorOf(caller) })
        return reply.redirect(`/admin/tasks/${id}`, 303)
      },
    },
  ]
}

function filterIn(given: Asked): Asked {
  return Object.fromEntries(FILTERS.flatMap((name) => (given[name] ? [[name, given[name]]] : [])))
}

interface Preview {
  asked: Asked
  count: number
  sample: Notification[]
  now: Date
}

function page({ asked, count, sample, now }: Preview, caller: Caller): Html {
  const words = Object.entries(asked).map(([name, value]) => html`<code>${name}=${value}</code> `)
  const body =
    count === 0
      ? html`<p>There is none that fits: ${words}. Somebody may have replayed them already.</p><p><a href="/admin/failures">Back to the failures</a></p>`
      : html`<p>${words}</p>
<form method="post" action="/admin/replays" id="replay">${Object.entries(asked).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<p class="quiet">Each goes back to work with a fresh count of tries, behind what has just come. What is in WHMCS already is not made again.</p>
<label>Reason <input name="reason" required maxlength="1000" autocomplete="off"></label>
<button class="primary">Replay ${counted(count, 'order')}</button></form>
<section aria-labelledby="sample"><h2 id="sample">${count > sample.length ? `The newest ${number(sample.length)} of them` : 'These'}</h2>
<table class="list wide"><thead><tr><th scope="col">State</th><th scope="col">Order</th><th scope="col">Account</th><th scope="col">Error</th><th scope="col">Arrived</th></tr></thead>
<tbody>${sample.map((one) => row(one, now))}</tbody></table></section>`
  const heading = html`Replay ${counted(count, 'order')}?`
  return layout({ title: 'Replay', heading, caller, body, now })
}

function row(one: Notification, now: Date): Html {
  return html`<tr data-row><td>${stateBadge(one.state)}</td><td><a href="/admin/notifications/${one.notificationId}">${one.orderNumber ?? one.recordId ?? one.notificationId}</a></td><td>${one.accountName}</td><td>${one.errorMessage}</td><td>${ago(one.receivedAt, now)}</td></tr>`
}
