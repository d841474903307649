/** What can be done with a notification now, and what that would do. */
import { PRIORITIES } from '../../../domain/notification.ts'
import { allows } from '../../../operations/scopes.ts'
import type { ShownWithRemedy } from '../../../operations/show.ts'
import type { Caller } from '../../access/caller.ts'
import { type Html, html } from '../html.ts'
import { stepName } from '../parts/words.ts'

export function actForms({ notification: n, provisioning }: ShownWithRemedy, { scopes }: Caller): Html | undefined {
  if (!allows(scopes, 'operate')) {
    return html`<section aria-labelledby="acts-title"><h2 id="acts-title">Act</h2><p class="quiet">You may look. Whoever has the scope operate may replay it.</p></section>`
  }
  const final = n.finalizedAt !== undefined
  const unknown = provisioning?.state === 'sending' || (provisioning?.state === 'added' && provisioning.adopted)
  const forms = [
    final && n.recordId !== undefined ? replay(n.notificationId, provisioning?.state) : undefined,
    unknown && (n.state === 'dead' || n.state === 'pending') ? resolve(n.notificationId) : undefined,
    n.state === 'dead' && n.errorCode === 'ORDER_CANCELLED' ? cancel(n.notificationId) : undefined,
    n.state === 'dead' ? dismiss(n.notificationId) : undefined,
    final ? undefined : priority(n.notificationId, n.priority),
  ].filter((form) => form !== undefined)
  return html`<section aria-labelledby="acts-title"><h2 id="acts-title">Act</h2>
${forms.length === 0 ? html`<p class="quiet">It is at work: there is nothing to do for you.</p>` : forms}</section>`
}

function replay(id: string, provisioning: string | undefined): Html {
  const accepted = provisioning === 'accepted'
  const what = accepted
    ? 'It is in WHMCS already, and is not made again: from the start it is read anew and reported; from the last step only reported.'
    : provisioning === undefined
      ? 'It is read anew from Salesforce, provisioned in WHMCS, and reported.'
      : 'It is read anew. What WHMCS may have made of it is looked for before anything is sent again.'
  const steps = ['callback', ...(accepted ? ['write_back'] : [])]
  return html`<form method="post" action="/admin/notifications/${id}/replay" id="replay">
<h3>Replay</h3><p class="quiet">${what}</p>
<label>From <select name="step"><option value="">where it makes sense</option>${steps.map((step) => html`<option value="${step}">${stepName(step)}</option>`)}</select></label>
${reason()}<button class="primary">Replay</button></form>`
}

function dismiss(id: string): Html {
  return html`<form method="post" action="/admin/notifications/${id}/dismiss" id="dismiss">
<h3>Dismiss</h3><p class="quiet">Nothing is done for it any more. It can be replayed later.</p>
${reason()}<button>Dismiss</button></form>`
}

function cancel(id: string): Html {
  return html`<form method="post" action="/admin/notifications/${id}/cancel" id="cancel">
<h3>Cancel in WHMCS</h3><p class="quiet">Salesforce has taken the order back. It is ended in WHMCS as the mapping says, once, and Salesforce is told.</p>
${reason()}<button>Cancel the order in WHMCS</button></form>`
}

function resolve(id: string): Html {
  return html`<form method="post" action="/admin/notifications/${id}/resolve" id="resolve">
<h3>Resolve</h3><p class="quiet">The answer to AddOrder was lost. Say what you found in WHMCS; WHMCS is asked whether it can be so.</p>
<label>Its WHMCS order, a number; empty: it was never made <input name="whmcsOrder" inputmode="numeric" pattern="[0-9]*"></label>
${reason()}<button>Resolve</button></form>`
}

function priority(id: string, now: string): Html {
  return html`<form method="post" action="/admin/notifications/${id}/priority" id="priority">
<h3>Priority</h3><p class="quiet">Critical goes first, batch last; none starves.</p>
<label>Priority <select name="priority">${PRIORITIES.map((one) => html`<option${one === now ? html` selected` : undefined}>${one}</option>`)}</select></label>
<button>Change</button></form>`
}

function reason(): Html {
  return html`<label>Reason <input name="reason" required maxlength="1000" autocomplete="off"></label>`
}
