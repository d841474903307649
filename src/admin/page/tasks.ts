/** /admin/tasks: what is done to many, and how far it is. */
import { allows } from '../../operations/scopes.ts'
import { cancelTask, listTasks, showTask, type Task } from '../../operations/tasks.ts'
import { actorOf, type Caller } from '../access/caller.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { ago, number } from './parts/text.ts'
import type { Pages } from './ports.ts'
import { field, type PageRoute } from './routes.ts'

const LIMIT = 50

export function taskPages({ ledger, now }: Pages): PageRoute[] {
  return [
    {
      method: 'GET',
      url: '/tasks',
      scope: 'read',
      async run({ query }, _reply, caller) {
        const { items, next } = await listTasks(ledger, { limit: LIMIT, after: field(query, 'after') })
        return listPage(items, next, caller, now())
      },
    },
    {
      method: 'GET',
      url: '/tasks/:id',
      scope: 'read',
      run: async ({ params }, _reply, caller) =>
        taskPage(await showTask(ledger, field(params, 'id') ?? ''), caller, now()),
    },
    {
      method: 'POST',
      url: '/tasks/:id/cancel',
      scope: 'operate',
      async run({ params }, reply, caller) {
        const id = field(params, 'id') ?? ''
        await cancelTask(ledger, { id, by: actorOf(caller) })
        return reply.redirect(`/admin/tasks/${id}`, 303)
      },
    },
  ]
}

function listPage(items: Task[], next: string | undefined, caller: Caller, now: Date): Html {
  const body =
    items.length === 0
      ? html`<p class="quiet">Nothing was done to many yet. “Replay all” of a failure would be here, with its progress.</p>`
      : html`<div id="tasks" data-live><table class="list wide"><caption class="hidden">Tasks, newest first</caption>
<thead><tr><th scope="col">Task</th><th scope="col">State</th><th scope="col">Done</th><th scope="col">Who</th><th scope="col">Why</th><th scope="col">Begun</th></tr></thead>
<tbody>${items.map((task) => row(task, now))}</tbody></table></div>
${next && html`<nav class="paging" aria-label="Paging"><a rel="next" href="/admin/tasks?after=${next}">Older</a></nav>`}`
  return layout({ title: 'Tasks', caller, body, now, here: '/admin/tasks' })
}

function row(task: Task, now: Date): Html {
  return html`<tr data-row><td><a href="/admin/tasks/${task.id}">${task.kind} ${task.id}</a></td><td>${task.state}</td><td>${finished(task)} of ${number(task.total)}</td><td>${task.requestedBy}</td><td>${task.reason}</td><td>${ago(task.createdAt, now)}</td></tr>`
}

function taskPage(task: Task, caller: Caller, now: Date): Html {
  const ended = task.finishedAt !== undefined
  const errors = Array.isArray(task.errors) ? task.errors : []
  const body = html`<section id="progress" data-live aria-label="Progress">
<p role="status"><strong>${task.state}</strong>: ${finished(task)} of ${number(task.total)}. ${number(task.done)} done, ${number(task.skipped)} skipped, ${number(task.failed)} failed.</p>
<progress max="${Math.max(1, task.total)}" value="${task.done + task.skipped + task.failed}">${finished(task)} of ${number(task.total)}</progress>
<p class="quiet">Begun ${ago(task.createdAt, now)} by ${task.requestedBy}: ${task.reason}. ${task.finishedAt === undefined ? 'It goes on when this page is closed.' : html`Ended ${ago(task.finishedAt, now)}.`}</p>
${errors.length === 0 ? undefined : html`<details><summary>What was skipped or failed, the first ${number(errors.length)}</summary><pre tabindex="0">${JSON.stringify(errors, undefined, 2)}</pre></details>`}
</section>
${!ended && allows(caller.scopes, 'operate') ? html`<form method="post" action="/admin/tasks/${task.id}/cancel"><p class="quiet">What it has done stays done.</p><button>Cancel the task</button></form>` : undefined}`
  return layout({ title: `${task.kind} ${task.id}`, caller, body, now, here: '/admin/tasks' })
}

function finished({ done, skipped, failed }: Task): string {
  return number(done + skipped + failed)
}
