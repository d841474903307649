/** The process that asks one ledger everything whose cost must not grow with it. */
import type { Step } from '../../../src/domain/notification.ts'
import { STEPS } from '../../../src/domain/notification.ts'
import { replay } from '../../../src/ledger/people/acts.ts'
import { listWhere } from '../../../src/ledger/people/list.ts'
import { hasSqlState, openPool } from '../../../src/ledger/postgres/pool.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { numberOf, serveParent } from '../child.ts'
import { openQueue, recordFor, type Turn } from '../queue.ts'
import { quantile } from '../table.ts'
import { type Asks, asksOf, CODE, rareAsksOf } from './asks.ts'
import { P50, P95 } from './names.ts'

const BATCH = 200
const PAGE = 50
/** Said at once, so that one need not wait for the end. */
const SLOW_MS = 500

const url = process.argv[3] ?? ''
const queue = openQueue(url)
/** As API and page have theirs, but nobody is sent away: how long it takes is the question. */
const api = openPool({
  url,
  connections: 3,
  name: 'soapstone bench api',
  statementMs: 10_000,
  connectMs: 60_000,
  onError: () => {},
})

/** Everything as ms, so that more is worse. */
serveParent({
  async ack(parcel) {
    const [senders, seconds] = [numberOf(parcel, 'senders'), numberOf(parcel, 'seconds')]
    await recordFor(queue, { senders, seconds: seconds / 4 })
    const before = await walBytes()
    const times = await recordFor(queue, { senders, seconds })
    return {
      'a message recorded, of 64 senders': (seconds * 1_000) / times.length,
      '- its wait, p99': quantile(times, 0.99),
      '- its WAL, bytes': ((await walBytes()) - before) / times.length,
    }
  },
  async work(parcel) {
    const turns: Record<Step, Turn[]> = { callback: [], provision: [], write_back: [] }
    const before = await walBytes()
    for (const step of STEPS) await work(step, numberOf(parcel, 'count'), turns[step])
    const all = Object.values(turns).flat()
    const items = all.reduce((sum, turn) => sum + turn.items, 0)
    return {
      'a step of a notification': all.reduce((sum, turn) => sum + turn.claimMs + turn.settleMs, 0) / items,
      '- claim of 200 at callback': median(turns.callback.map(({ claimMs }) => claimMs)),
      '- claim of 200 at provision': median(turns.provision.map(({ claimMs }) => claimMs)),
      '- settle of 200': median(all.map(({ settleMs }) => settleMs)),
      '- WAL of all three steps, bytes': ((await walBytes()) - before) / numberOf(parcel, 'count'),
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
        if (quantile(sorted, 0.5) > SLOW_MS) process.stderr.write(`  ${name}: ${sorted.map(Math.round)} ms\n`)
      }
    }
    await note(asksOf(api, rows), times)
    await note(rareAsksOf(api), Math.ceil(times / 10))
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

/** Of the whole server: nobody else writes. */
async function walBytes(): Promise<number> {
  const { rows } = await queue.pool.query<{ bytes: number }>(
    `select (pg_current_wal_insert_lsn() - '0/0')::double precision as bytes`,
  )
  return rows[0]?.bytes ?? Number.NaN
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

/**
 * Of so many times, sorted. The first is not counted: it connects, and reads the catalogs. What has met the time-out of the
 * statement is asked no more.
 */
async function timed(ask: () => Promise<unknown>, times: number): Promise<number[]> {
  const all: number[] = []
  for (let i = times === 1 ? 1 : 0; i <= times; i++) {
    const began = performance.now()
    const late = await ask().then(
      () => false,
      (error: unknown) => {
        if (!hasSqlState(error, '57014')) throw error
        return true
      },
    )
    if (i > 0 || late) all.push(performance.now() - began)
    if (late) break
  }
  return all.sort((a, b) => a - b)
}

function median(all: number[]): number {
  return quantile(
    all.toSorted((a, b) => a - b),
    0.5,
  )
}
