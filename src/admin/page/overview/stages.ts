/** The steps of each organisation: what waits, whether it goes on, and how to stop it or let it try. */
import { allows } from '../../../operations/scopes.ts'
import type { OrganizationStatus, StageStatus, Status } from '../../../operations/status.ts'
import type { Caller } from '../../access/caller.ts'
import { type Html, html } from '../html.ts'
import { ago, duration, number } from '../parts/text.ts'
import { stepName } from '../parts/words.ts'

export function stages({ organizations }: Status, { scopes }: Caller, now: Date): Html {
  const acts = allows(scopes, 'operate')
  return html`${organizations.map(
    (organization) => html`${organizations.length > 1 ? html`<h3>${organization.name}</h3>` : undefined}
<table class="wide"><caption class="hidden">Steps of ${organization.name}</caption><thead><tr><th scope="col">Step</th><th scope="col" class="n">Waiting</th><th scope="col" class="n">Working</th><th scope="col">Longest wait</th><th scope="col">State</th>${acts ? html`<th scope="col">Act</th>` : undefined}</tr></thead>
<tbody>${organization.stages.map((stage) => row(organization, stage, { acts, now }))}</tbody></table>`,
  )}`
}

function row(
  { organizationId }: OrganizationStatus,
  { step, waiting, working, oldestSeconds, paused }: StageStatus,
  { acts, now }: { acts: boolean; now: Date },
): Html {
  return html`<tr>
<th scope="row"><a href="/admin/notifications?state=pending&amp;step=${step}&amp;organization=${organizationId}">${stepName(step)}</a></th>
<td class="n" data-label="waiting">${number(waiting)}</td><td class="n" data-label="working">${number(working)}</td>
<td${waiting + working > 0 ? html` data-label="longest"` : undefined}>${waiting + working > 0 ? duration(oldestSeconds) : 'nothing waits'}</td>
<td>${paused ? standing(paused, now) : html`<span class="good">runs</span>`}</td>
${acts ? html`<td>${forms(organizationId, step, paused !== undefined)}</td>` : undefined}
</tr>`
}

function standing({ code, message, since, until }: NonNullable<StageStatus['paused']>, now: Date): Html {
  const end = until === undefined ? html`until somebody resumes it` : html`tries again ${ago(until, now)}`
  return html`<strong class="bad">stands still</strong> since ${ago(since, now)}, ${end}: <code>${code}</code> ${message}`
}

function forms(organizationId: string, step: string, isPaused: boolean): Html {
  const ways = isPaused ? [['try', 'Try now'] as const, ['resume', 'Resume'] as const] : [['pause', 'Pause'] as const]
  return html`<details><summary>${isPaused ? 'Try or resume' : 'Pause'}</summary><form method="post" action="/admin/stages/${organizationId}/${step}">
<label>Reason <input name="reason" required maxlength="1000" autocomplete="off"></label>
<span class="inline">${ways.map(([act, word]) => html`<button name="act" value="${act}">${word}</button>`)}</span></form></details>`
}
