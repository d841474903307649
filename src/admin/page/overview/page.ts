/** /admin/: whether all is well, what needs somebody, and how it has been going. */
import { type Failures, readFailures } from '../../../operations/failures.ts'
import { readFilter } from '../../../operations/filter.ts'
import type { Latency } from '../../../operations/latency.ts'
import { listNotifications } from '../../../operations/list.ts'
import type { Notification } from '../../../operations/notification.ts'
import { readStatus, type Status } from '../../../operations/status.ts'
import { readThroughput, type Throughput } from '../../../operations/throughput.ts'
import type { Caller } from '../../access/caller.ts'
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import { ago, counted, moment, number } from '../parts/text.ts'
import { stateBadge } from '../parts/words.ts'
import type { Pages } from '../ports.ts'
import { field, isRefresh, type PageRoute } from '../routes.ts'
import { chart } from './chart.ts'
import { figures, sum } from './figures.ts'
import { headline } from './headline.ts'
import { createShared } from './shared.ts'
import { stages } from './stages.ts'

export const RANGES = {
  '1h': { bucket: 'minute', words: 'hour', ms: 3_600_000 },
  '24h': { bucket: 'hour', words: '24 hours', ms: 86_400_000 },
  '7d': { bucket: 'day', words: '7 days', ms: 604_800_000 },
} as const
export type Range = keyof typeof RANGES

export interface Facts {
  status: Status
  failures: Failures[]
  points: Throughput[]
  /** Of the time as long before that. */
  before: Throughput[]
  /** Provisioned in the last 24 hours. */
  today: number
  latency: Latency
  newest: Notification[]
  range: Range
  now: Date
}

const NEWEST = 10

/**
 * Who comes sees it as it is. Who stays and refreshes gets what the others get: it is asked for half a second after a change
 * at the soonest, so that nobody gets an answer from before it.
 */
export function overviewPage(pages: Pages): PageRoute & { forget(): void } {
  const shared = createShared((range: Range) => readFacts(pages, range), {
    leastMs: 500,
    now: () => performance.now(),
  })
  return {
    method: 'GET',
    url: '/',
    scope: 'read',
    forget: shared.forget,
    async run(request, _reply, caller) {
      const range = rangeOf(field(request.query, 'range'))
      return page(await (isRefresh(request) ? shared.get(range) : readFacts(pages, range)), caller)
    },
  }
}

async function readFacts({ ledger, organizations, now: clock }: Pages, range: Range): Promise<Facts> {
  const now = clock()
  const { bucket, ms } = RANGES[range]
  const since = new Date(now.getTime() - ms)
  const over = (from: Date, to: Date) =>
    readThroughput(ledger, { since: from.toISOString(), until: to.toISOString(), bucket }, now)
  const [status, failures, points, before, day, latency, newest] = await Promise.all([
    readStatus(ledger, { organizations, warnings: [] }),
    readFailures(ledger, undefined),
    over(since, now),
    over(new Date(since.getTime() - ms), since),
    readThroughput(ledger, {}, now),
    ledger.latency(since),
    listNotifications(ledger, readFilter({}, now), { limit: NEWEST }),
  ])
  const today = sum(day, 'completed')
  return { status, failures, points, before, today, latency, newest: newest.items, range, now }
}

function rangeOf(text: string | undefined): Range {
  return text === '1h' || text === '7d' ? text : '24h'
}

function page(facts: Facts, caller: Caller): Html {
  const { status, failures, range, points, now, newest } = facts
  const { tone, sentence } = headline(
    {
      dead: failures.reduce((total, { count }) => total + count, 0),
      provisioned: facts.today,
      stages: status.organizations.flatMap((organization) => organization.stages),
      begun: newest.length > 0,
      workers: status.workers.length,
    },
    now,
  )
  const title = `The last ${RANGES[range].words}`
  const body = html`<section id="figures" data-live aria-label="Figures">${figures(facts)}</section>
<div class="two">
<section aria-labelledby="chart-title"><div class="row"><h2 id="chart-title">${title}</h2>${ranges(range)}</div>
<div id="chart" data-live>${chart({ points, title: summary(points, title), label: (at) => labelOf(at, range) })}</div></section>
<section class="needs" aria-labelledby="failures-title"><h2 id="failures-title">Needs you</h2><div id="failures" data-live>${needsYou(failures, now)}</div></section>
</div>
<section aria-labelledby="stages-title"><h2 id="stages-title">The three steps</h2><div id="stages" data-live>${stages(status, caller, now)}</div></section>
<div class="two">
<section aria-labelledby="newest-title"><h2 id="newest-title">Came last</h2><div id="newest" data-live>${cameLast(newest, now)}</div></section>
<section aria-labelledby="workers-title"><h2 id="workers-title">At work</h2><div id="workers" data-live>${atWork(status, now)}</div></section>
</div>`
  const heading = html`<span class="headline ${tone}">${sentence}</span>`
  return layout({ title: 'Overview', heading, caller, body, now, here: '/admin/' })
}

function ranges(range: Range): Html {
  const links = Object.keys(RANGES).map(
    (one) => html`<a href="/admin/?range=${one}"${one === range ? html` aria-current="true"` : undefined}>${one}</a>`,
  )
  return html`<nav class="ranges" aria-label="Time shown">${links}</nav>`
}

function needsYou(failures: Failures[], now: Date): Html {
  if (failures.length === 0) {
    return html`<p class="quiet">Nothing. Orders that can't go on by themselves would be here, by their cause.</p>`
  }
  return html`<ul class="groups">${failures
    .slice(0, 8)
    .map(
      ({ code, count, meaning, lastAt }) =>
        html`<li><a href="/admin/failures#${code}">${counted(count, 'order')}</a> ${meaning ?? code}<br><span class="quiet"><code>${code}</code>, last ${ago(lastAt, now)}</span></li>`,
    )}</ul>
<p><a href="/admin/failures">All failures, with what to do</a></p>`
}

function cameLast(newest: Notification[], now: Date): Html {
  if (newest.length === 0) {
    return html`<p class="quiet">Nothing has arrived yet. <code>soapstone send</code> sends a first message, as Salesforce would.</p>`
  }
  return html`<ul class="groups">${newest.map(
    (one) =>
      html`<li>${stateBadge(one.state)} <a href="/admin/notifications/${one.notificationId}">${one.orderNumber ?? one.recordId ?? one.notificationId}</a> ${one.accountName} <span class="quiet">${ago(one.receivedAt, now)}</span></li>`,
  )}</ul>`
}

function atWork({ workers, salesforce, marker }: Status, now: Date): Html {
  const calls =
    salesforce &&
    html`<p>Salesforce leaves ${number(salesforce.remaining)} of ${number(salesforce.max)} API calls for today.</p>`
  const read =
    marker === 'unreadable' ? html`<p class="bad">The marker of orders can't be read back from WHMCS.</p>` : undefined
  if (workers.length === 0) return html`${calls}${read}<p class="bad">No process is at work.</p>`
  return html`${calls}${read}<ul class="groups">${workers.map(
    ({ worker, version, startedAt, seenAt }) =>
      html`<li><code>${worker}</code> <span class="quiet">version ${version}, since ${ago(startedAt, now)}, seen ${ago(seenAt, now)}</span></li>`,
  )}</ul>`
}

function summary(points: Throughput[], title: string): string {
  const [arrived, done, failed] = [sum(points, 'received'), sum(points, 'completed'), sum(points, 'dead')].map(number)
  return `${title}: ${arrived} arrived, ${done} provisioned, ${failed} failed`
}

function labelOf(at: Date, range: Range): string {
  const text = moment(at)
  return range === '7d' ? text.slice(5, 10) : text.slice(11, 16)
}
