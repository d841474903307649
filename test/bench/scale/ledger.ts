/** The process that asks one ledger everything whose cost must not grow with it. */
import type { Step } from '../../../src/domain/notification.ts'
import { STEPS } from '../../../src/domain/notification.ts'
import { replay } from '../../../src/ledger/people/acts.ts'
import { createInspector } from '../../../src/ledger/people/inspect.ts'
import { type ListFilter, listWhere } from '../../../src/ledger/people/list.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { notificationId, recordId } from '../../helpers/old-ledger.ts'
import { numberOf, serveParent } from '../child.ts'
import { openQueue, recordFor, type Turn } from '../queue.ts'
import { quantile } from '../table.ts'

const BATCH = 200
const PAGE = 50
const CODE = 'WHMCS_ORDER_REFUSED'
const organizationId = ORGANIZATION

const queue = openQueue(process.argv[3] ?? '')
const inspector = createInspector(queue.pool)

/** Everything as ms, so that more is worse. */
serveParent({
  async ack(parcel) {
    const [senders, seconds] = [numberOf(parcel, 'senders'), numberOf(parcel, 'seconds')]
    await recordFor(queue, { senders, seconds: seconds / 4 })
    const times = await recordFor(queue, { senders, seconds })
    return {
      'a message recorded, of 64 senders': (seconds * 1_000) / times.length,
      '- its wait, p99': quantile(times, 0.99),
    }
  },
  async work(parcel) {
    const turns: Record<Step, Turn[]> = { callback: [], provision: [], write_back: [] }
    for (const step of STEPS) await work(step, numberOf(parcel, 'count'), turns[step])
    const all = Object.values(turns).flat()
    const items = all.reduce((sum, turn) => sum + turn.items, 0)
    return {
      'a step of a notification': all.reduce((sum, turn) => sum + turn.claimMs + turn.settleMs, 0) / items,
      '- claim of 200 at callback': median(turns.callback.map(({ claimMs }) => claimMs)),
      '- claim of 200 at provision': median(turns.provision.map(({ claimMs }) => claimMs)),
      '- settle of 200': median(all.map(({ settleMs }) => settleMs)),
    }
  },
  async ask(parcel) {
    const [rows, times] = [numberOf(parcel, 'rows'), numberOf(parcel, 'times')]
    const any = () => 1 + Math.floor(Math.random() * rows)
    const list = (filter: ListFilter) => () =>
      listWhere(queue.pool, { organization: organizationId, ...filter }, { most: PAGE })
    const questions: Record<string, () => Promise<unknown>> = {
      'list, newest first': list({}),
      'list --state dead': list({ state: 'dead' }),
      'list --state superseded (none)': list({ state: 'superseded' }),
      'list --code': list({ code: CODE }),
      'list --code (none)': list({ code: 'WHMCS_PAYMENT_METHOD' }),
      'list --record': () =>
        listWhere(queue.pool, { organization: organizationId, record: recordId(any()) }, { most: PAGE }),
      'list, no organization known': () => listWhere(queue.pool, {}, { most: PAGE }),
      'show a notification': () => inspector.show(notificationId(any()), organizationId),
      'show a record': () => inspector.show(recordId(any()), organizationId),
      status: () => inspector.status(),
    }
    const figures: Record<string, number> = {}
    for (const [name, ask] of Object.entries(questions)) figures[name] = await timed(ask, times)
    return { ...figures, 'replay of a page of dead letters by their code': await timed(replayPage, 1) }
  },
})

async function work(step: Step, count: number, turns: Turn[]): Promise<void> {
  for (let left = count; left > 0; ) {
    const turn = await queue.turn(step, Math.min(BATCH, left))
    if (turn.items === 0) throw new Error(`${left} are missing at ${step}`)
    turns.push(turn)
    left -= turn.items
  }
}

/** As one does it with list and replay. */
async function replayPage(): Promise<void> {
  const page = await listWhere(queue.pool, { organization: organizationId, state: 'dead', code: CODE }, { most: PAGE })
  for (const { notification_id } of page) {
    await replay(queue.pool, {
      organizationId,
      notificationId: notification_id,
      reason: 'mended',
      by: { name: 'bench', via: 'cli' },
    })
  }
}

async function timed(ask: () => Promise<unknown>, times: number): Promise<number> {
  const all: number[] = []
  for (let i = 0; i < times; i++) {
    const began = performance.now()
    await ask()
    all.push(performance.now() - began)
  }
  return median(all)
}

function median(all: number[]): number {
  return quantile(
    all.toSorted((a, b) => a - b),
    0.5,
  )
}
