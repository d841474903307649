/** Every statement that the ledger declares, by its name. */

import * as events from '../../src/ledger/events/statements.ts'
import * as noticeAlerts from '../../src/ledger/notices/alerts.ts'
import * as noticeDeliveries from '../../src/ledger/notices/deliveries.ts'
import * as noticeTallies from '../../src/ledger/notices/tallies.ts'
import * as noticeWebhooks from '../../src/ledger/notices/webhooks.ts'
import * as acts from '../../src/ledger/people/acts.ts'
import * as documentStore from '../../src/ledger/people/documents.ts'
import * as figures from '../../src/ledger/people/figures.ts'
import * as health from '../../src/ledger/people/health.ts'
import * as inspect from '../../src/ledger/people/inspect.ts'
import * as latency from '../../src/ledger/people/latency.ts'
import * as list from '../../src/ledger/people/list.ts'
import * as mappings from '../../src/ledger/people/mappings.ts'
import * as ofRecord from '../../src/ledger/people/of-record.ts'
import * as orderProgress from '../../src/ledger/people/order-progress.ts'
import * as pageSessions from '../../src/ledger/people/page-sessions.ts'
import * as show from '../../src/ledger/people/show.ts'
import * as signs from '../../src/ledger/people/signs.ts'
import * as steps from '../../src/ledger/people/steps.ts'
import * as swept from '../../src/ledger/people/swept.ts'
import * as tasks from '../../src/ledger/people/tasks.ts'
import * as tokens from '../../src/ledger/people/tokens.ts'
import * as workers from '../../src/ledger/people/workers.ts'
import * as forgotten from '../../src/ledger/postgres/forgotten.ts'
import * as changes from '../../src/ledger/record/changes.ts'
import * as clicks from '../../src/ledger/record/clicks.ts'
import * as confirm from '../../src/ledger/record/confirm.ts'
import * as recordFresh from '../../src/ledger/record/fresh.ts'
import * as reopen from '../../src/ledger/record/reopen.ts'
import * as recordStatement from '../../src/ledger/record/statement.ts'
import * as forgottenClicks from '../../src/ledger/upkeep/forgotten-clicks.ts'
import * as hours from '../../src/ledger/upkeep/hours.ts'
import * as retirement from '../../src/ledger/upkeep/retirement.ts'
import * as statistics from '../../src/ledger/upkeep/statistics.ts'
import * as bounds from '../../src/ledger/work/bounds.ts'
import * as claim from '../../src/ledger/work/claim.ts'
import * as clients from '../../src/ledger/work/clients.ts'
import * as details from '../../src/ledger/work/details.ts'
import * as documents from '../../src/ledger/work/documents.ts'
import * as duplicates from '../../src/ledger/work/duplicates.ts'
import * as intents from '../../src/ledger/work/intents.ts'
import * as pauses from '../../src/ledger/work/pauses.ts'
import * as queue from '../../src/ledger/work/queue.ts'
import * as sessions from '../../src/ledger/work/sessions.ts'
import * as settle from '../../src/ledger/work/settle.ts'

const EXPORTED: unknown[] = [
  Object.values(acts),
  Object.values(health),
  Object.values(events),
  Object.values(inspect),
  Object.values(mappings),
  Object.values(orderProgress),
  Object.values(clicks),
  Object.values(forgottenClicks),
  Object.values(noticeAlerts),
  Object.values(noticeTallies),
  Object.values(noticeDeliveries),
  Object.values(noticeWebhooks),
  Object.values(documentStore),
  Object.values(figures),
  Object.values(list),
  Object.values(steps),
  Object.values(tasks),
  Object.values(workers),
  Object.values(show),
  Object.values(swept),
  Object.values(signs),
  Object.values(tokens),
  Object.values(latency),
  Object.values(pageSessions),
  Object.values(ofRecord),
  Object.values(changes),
  Object.values(forgotten),
  Object.values(confirm),
  Object.values(recordFresh),
  Object.values(recordStatement),
  Object.values(reopen),
  Object.values(hours),
  Object.values(retirement),
  Object.values(statistics),
  Object.values(bounds),
  Object.values(claim),
  Object.values(duplicates),
  Object.values(clients),
  Object.values(details),
  Object.values(documents),
  Object.values(intents),
  Object.values(pauses),
  Object.values(queue),
  Object.values(sessions),
  Object.values(settle),
].flat()

export interface Declared {
  name: string
  parameters: Record<string, string>
  columns: Record<string, string>
  planned: 'once' | 'each-time'
  text: () => string
}

export const DECLARED: Declared[] = EXPORTED.flatMap(declarationIn)

function declarationIn(exported: unknown): Declared[] {
  return typeof exported === 'function' && 'declared' in exported ? [exported.declared as Declared] : []
}
