/** The story of a notification in the order of events: how it arrived, what was tried, what people did, how it ended. */
import type { Act, Attempt, Shown } from '../../../operations/notification.ts'
import { type Html, html } from '../html.ts'
import { duration, moment } from '../parts/text.ts'
import { doorName, outcomeWords, stepName } from '../parts/words.ts'

interface Event {
  at: Date
  body: Html
  tone: 'good' | 'bad' | 'plain'
}

export function timeline({ notification: n, attempts, acts }: Shown, now: Date): Html {
  const arrived: Event = {
    at: n.receivedAt,
    tone: 'plain',
    body: html`<strong>Arrived</strong> by ${doorName(n.source)}`,
  }
  const events = [
    arrived,
    ...runsOf(attempts).map((run, i, runs) => tried(run, runs[i - 1]?.at(-1)?.message)),
    ...acts.map(acted),
  ].toSorted((one, other) => one.at.getTime() - other.at.getTime())
  if (n.finalizedAt !== undefined)
    events.push({
      at: n.finalizedAt,
      tone: n.state === 'completed' ? 'good' : 'plain',
      body: html`<strong>Ended</strong> as ${n.state}${n.supersededBy === undefined ? undefined : html`, by <a href="/admin/notifications/${n.supersededBy}">a newer one</a>`}`,
    })
  else
    events.push({
      at: now,
      tone: 'plain',
      body: html`<strong>Now</strong> ${n.state}${n.leaseHolder === undefined ? undefined : html` <span class="quiet">by ${n.leaseHolder}</span>`}`,
    })
  return html`<ol class="timeline">${events.map(({ at, body, tone }) => html`<li class="${tone}"><time datetime="${at.toISOString()}">${moment(at)}</time><div>${body}</div></li>`)}</ol>`
}

/** Tries of one step that failed alike, one after the other: they are folded. */
function runsOf(attempts: readonly Attempt[]): Attempt[][] {
  const runs: Attempt[][] = []
  for (const attempt of attempts) {
    const [last] = runs.at(-1) ?? []
    const alike =
      last !== undefined && last.step === attempt.step && last.outcome === attempt.outcome && last.code === attempt.code
    if (alike) runs.at(-1)?.push(attempt)
    else runs.push([attempt])
  }
  return runs
}

const GOOD = ['advanced', 'completed', 'ignored']
const BAD = ['retry', 'gave_up', 'dead', 'lost', 'paused']

/** What the try before has said is not said again: a report of a failure has its words. */
function tried(run: Attempt[], said: string | undefined): Event {
  const [first] = run
  const last = run.at(-1)
  if (first === undefined || last === undefined) throw new Error('a run has at least one attempt')
  const tone = GOOD.includes(last.outcome) ? 'good' : BAD.includes(last.outcome) ? 'bad' : 'plain'
  const head = html`<strong>${stepName(last.step)}</strong>: ${outcomeWords(last.outcome)}${run.length > 1 ? html` <span class="quiet">${run.length} times</span>` : undefined} ${detail(last.message === said ? { ...last, message: undefined } : last)}`
  const body =
    run.length === 1
      ? html`${head}${exchanges(last)}`
      : html`${head}<details><summary>Each of the ${run.length}</summary><ol>${run.map((one) => html`<li>${moment(one.startedAt)} ${detail(one)}${exchanges(one)}</li>`)}</ol></details>`
  return { at: first.startedAt, tone, body }
}

function detail({ code, message, startedAt, finishedAt, worker }: Attempt): Html {
  const took = duration((finishedAt.getTime() - startedAt.getTime()) / 1_000)
  return html`${code === undefined ? undefined : html`<code>${code}</code>`} ${message} <span class="quiet">took ${took}, ${worker}</span>`
}

/** What other systems were asked and answered, as long as that is kept. */
function exchanges({ exchanges: kept }: Attempt): Html | undefined {
  if (kept === undefined || kept === null) return undefined
  return html`<details><summary>Asked and answered</summary><pre tabindex="0">${JSON.stringify(kept, undefined, 2)}</pre></details>`
}

function acted({ act, requestedBy, reason, requestedAt, toStep }: Act): Event {
  const where = toStep === undefined ? undefined : html` at “${stepName(toStep)}”`
  return {
    at: requestedAt,
    tone: 'plain',
    body: html`<strong>${act}</strong> by ${requestedBy}${where}${reason === undefined ? undefined : html`: ${reason}`}`,
  }
}
