/** The process that asks one ledger everything whose cost must not grow with it. */
import type { Step } from '../../../src/domain/notification.ts'
import { STEPS } from '../../../src/domain/notification.ts'
import { replay } from '../../../src/ledger/people/acts.ts'
import { listWhere } from '../../../src/ledger/people/list.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { numberOf, serveParent } from '../child.ts'
import { openQueue, recordFor, type Turn } from '../queue.ts'
import { quantile } from '../table.ts'
import { type Asks, asksOf, CODE, rareAsksOf } from './asks.ts'
import { P50, P95 } from './names.ts'

const BATCH = 200
const PAGE = 50

const queue = openQueue(process.argv[3] ?? '')

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
    const figures: Record<string, number> = {}
    const note = async (asks: Asks, often: number) => {
      for (const [name, ask] of Object.entries(asks)) {
        const sorted = await timed(ask, often)
        figures[`${P50}${name}`] = quantile(sorted, 0.5)
        figures[`${P95}${name}`] = quantile(sorted, 0.95)
      }
    }
    await note(asksOf(queue.pool, rows), times)
    await note(rareAsksOf(queue.pool), Math.ceil(times / 10))
    await note({ [`replay of ${PAGE} dead letters, one by one`]: replayPage }, 1)
    return figures
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
  const page = await listWhere(queue.pool, { organization: ORGANIZATION, state: 'dead', code: CODE }, { most: PAGE })
  for (const { notification_id } of page) {
    await replay(queue.pool, {
      organizationId: ORGANIZATION,
      notificationId: notification_id,
      reason: 'mended',
      by: { name: 'bench', via: 'cli' },
    })
  }
}

/** Of so many times, sorted. The first is not counted: it connects, and reads the catalogs. */
async function timed(ask: () => Promise<unknown>, times: number): Promise<number[]> {
  const all: number[] = []
  for (let i = 0; i <= times; i++) {
    const began = performance.now()
    await ask()
    if (i > 0 || times === 1) all.push(performance.now() - began)
    if (times === 1) break
  }
  return all.sort((a, b) => a - b)
}

function median(all: number[]): number {
  return quantile(
    all.toSorted((a, b) => a - b),
    0.5,
  )
}
