/** /admin/webhooks: who is told of what happens, and what was delivered. */
import { EVENT_TYPES } from '../../domain/event.ts'
import { listDeliveries, redeliver, type ShownDelivery, testWebhook } from '../../operations/deliveries.ts'
import {
  addWebhook,
  changeWebhook,
  findWebhook,
  removeWebhook,
  type Webhook,
  type WebhookWithSecret,
} from '../../operations/webhooks.ts'
import type { Caller } from '../access/caller.ts'
import { actorOf } from '../access/caller.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { ago } from './parts/text.ts'
import type { Pages } from './ports.ts'
import { field, formOf, type PageRoute } from './routes.ts'

const LIMIT = 50
const HERE = '/admin/webhooks'

export function webhookPages({ webhooks, webhookRules: rules, now }: Pages): PageRoute[] {
  const act = (name: string, run: (id: string, caller: Caller) => Promise<unknown>): PageRoute => ({
    method: 'POST',
    url: `/webhooks/:id/${name}`,
    scope: 'admin',
    async run({ params }, reply, caller) {
      const id = field(params, 'id') ?? ''
      await run(id, caller)
      return reply.redirect(name === 'remove' ? HERE : `${HERE}/${id}`, 303)
    },
  })
  return [
    {
      method: 'GET',
      url: '/webhooks',
      scope: 'admin',
      run: async (_request, _reply, caller) => listPage(await webhooks.list(), undefined, caller, now()),
    },
    {
      method: 'POST',
      url: '/webhooks',
      scope: 'admin',
      async run(request, _reply, caller) {
        const { url = '', types = '', description } = formOf(request)
        const asked = { url, types: types.split(/[\s,]+/).filter((type) => type !== ''), by: actorOf(caller) }
        const made = await addWebhook(webhooks, { ...asked, description: description || undefined }, rules)
        return listPage(await webhooks.list(), made, caller, now())
      },
    },
    {
      method: 'GET',
      url: '/webhooks/:id',
      scope: 'admin',
      async run({ params, query }, _reply, caller) {
        const id = field(params, 'id') ?? ''
        const page = await listDeliveries(webhooks, { id, after: field(query, 'after'), limit: LIMIT })
        return webhookPage(await findWebhook(webhooks, id), page, caller, now())
      },
    },
    act('test', (id) => testWebhook(webhooks, id)),
    act('enable', (id, caller) =>
      changeWebhook(webhooks, { id, change: { state: 'active' }, by: actorOf(caller), rules }),
    ),
    act('disable', (id, caller) =>
      changeWebhook(webhooks, { id, change: { state: 'disabled' }, by: actorOf(caller), rules }),
    ),
    act('remove', (id, caller) => removeWebhook(webhooks, { id, by: actorOf(caller) })),
    {
      method: 'POST',
      url: '/deliveries/:id/redeliver',
      scope: 'admin',
      async run(request, reply) {
        await redeliver(webhooks, field(request.params, 'id') ?? '')
        return reply.redirect(`${HERE}/${formOf(request).webhook ?? ''}`, 303)
      },
    },
  ]
}

function listPage(all: Webhook[], made: WebhookWithSecret | undefined, caller: Caller, now: Date): Html {
  const body = html`${made && html`<p class="done" role="status">The secret of ${made.url}, shown this once: <code data-copy="${made.secret}">${made.secret}</code></p>`}
<section aria-labelledby="all"><h2 id="all">Told now</h2>
${all.length === 0 ? html`<p class="quiet">Nobody is told. An address that is added here hears of orders, dead letters, stages and alerts.</p>` : table(all, now)}</section>
<section aria-labelledby="add"><h2 id="add">Tell another</h2><form method="post" action="${HERE}">
<label>Address <input name="url" type="url" required placeholder="https://"></label>
<label>Types, separated by blanks <input name="types" required value="order.provisioned order.failed"></label>
<label>What for <input name="description" maxlength="200"></label>
<button class="primary">Add the webhook</button></form>
<p class="quiet">There are ${EVENT_TYPES.join(', ')}.</p></section>`
  return layout({ title: 'Webhooks', caller, body, now, here: HERE })
}

function table(all: Webhook[], now: Date): Html {
  return html`<table class="list wide"><caption class="hidden">Webhooks, newest first</caption>
<thead><tr><th scope="col">State</th><th scope="col">Address</th><th scope="col">Types</th><th scope="col">What for</th></tr></thead>
<tbody>${all.map((one) => html`<tr data-row><td>${stateOf(one, now)}</td><td><a href="${HERE}/${one.id}">${one.url}</a></td><td>${one.types.join(', ')}</td><td>${one.description}</td></tr>`)}</tbody></table>`
}

function stateOf({ state, disabledReason, failingSince }: Webhook, now: Date): Html {
  if (state === 'disabled') return html`<strong class="bad">disabled</strong> ${disabledReason}`
  if (failingSince !== undefined) return html`<strong class="bad">failing</strong> since ${ago(failingSince, now)}`
  return html`<span class="good">active</span>`
}

function webhookPage(
  webhook: Webhook,
  { items, next }: { items: ShownDelivery[]; next: string | undefined },
  caller: Caller,
  now: Date,
): Html {
  const { id, url, types, description, bySetting, state } = webhook
  const form = (act: string, words: string) =>
    html`<form method="post" action="${HERE}/${id}/${act}"><button>${words}</button></form>`
  const body = html`<p>${stateOf(webhook, now)} <span class="quiet">${types.join(', ')}. ${description}</span></p>
<div class="row acts">${form('test', 'Send a test')}${state === 'active' ? form('disable', 'Disable') : form('enable', 'Make it active')}${bySetting ? html`<p class="quiet">The settings say what it is.</p>` : form('remove', 'Remove')}</div>
<section aria-labelledby="deliveries-title"><h2 id="deliveries-title">Delivered</h2><div id="deliveries" data-live>
${items.length === 0 ? html`<p class="quiet">Nothing yet.</p>` : deliveries(items, id, now)}</div>
${next && html`<nav class="paging" aria-label="Paging"><a rel="next" href="${HERE}/${id}?after=${next}">Older</a></nav>`}</section>`
  return layout({ title: 'Webhook', heading: html`${url}`, caller, body, now, here: HERE })
}

function deliveries(items: ShownDelivery[], webhookId: string, now: Date): Html {
  return html`<table class="list wide"><thead><tr><th scope="col">State</th><th scope="col">Type</th><th scope="col" class="n">Tries</th><th scope="col">Answer</th><th scope="col">Sent</th><th scope="col">Act</th></tr></thead>
<tbody>${items.map((one) => row(one, webhookId, now))}</tbody></table>`
}

function row(one: ShownDelivery, webhookId: string, now: Date): Html {
  const { id, type, attempt, state, status, error, answer, sentAt, nextAttemptAt } = one
  return html`<tr data-row><td>${state}${nextAttemptAt && state === 'waiting' ? html`, ${ago(nextAttemptAt, now)}` : undefined}</td><td>${type}</td><td class="n">${attempt}</td>
<td>${status} ${error} <span class="quiet">${answer}</span></td><td>${sentAt && ago(sentAt, now)}</td>
<td><form method="post" action="/admin/deliveries/${id}/redeliver"><input type="hidden" name="webhook" value="${webhookId}"><button>Send again<span class="hidden"> ${type}</span></button></form></td></tr>`
}
