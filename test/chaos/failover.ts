/**
 * npm run chaos -- --failover: what each way of losing a primary costs: what was Acked and is lost, what is doubled, how
 * long it takes until there is an Ack again and work goes on, and how long nothing was ready. Prints a table.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { NextId } from '../simulators/salesforce/ids.ts'
import { check, type Violation, waitUntilQuiet } from './checker.ts'
import { createHistory } from './load.ts'
import type { PairBlow } from './pair-plan.ts'
import { print } from './report.ts'
import { steadyLoad } from './steady-load.ts'
import type { World } from './world.ts'

const CASES: [string, PairBlow][] = [
  ['kill', { kind: 'failover', how: 'kill', downMs: 1_000 }],
  ['immediate stop', { kind: 'failover', how: 'immediate', downMs: 1_000 }],
  ['standby dead for 60 s', { kind: 'standby-away', ms: 60_000 }],
  ['waits cancelled, then kill', { kind: 'waits', end: 'cancelled', ms: 3_000 }],
  ['waits terminated, then kill', { kind: 'waits', end: 'terminated', ms: 3_000 }],
  ['waits, restart, then kill', { kind: 'waits', end: 'restarted', ms: 3_000 }],
  ['switchover', { kind: 'switchover' }],
  ['read-only for 10 s', { kind: 'read-only', ms: 10_000 }],
  ['host vanished, takeover after 5 s', { kind: 'vanished', downMs: 5_000 }],
  ['split brain for 10 s', { kind: 'split-brain', ms: 10_000 }],
]

const BEFORE_MS = 3_000
const AFTER_MS = 8_000
const QUIET_MS = 150_000

/** Opens a new world for each: what one leaves behind must not be counted for the next. */
export async function measureFailover(open: () => Promise<World>, nextId: NextId): Promise<Violation[]> {
  const all: Violation[] = []
  print(['case', 'Acked', 'lost', 'doubled', 'next Ack', 'work after', 'not ready', 'told'].join(' | '))
  for (const [title, blow] of CASES) {
    const world = await open()
    try {
      const { cells, found } = await measure(world, blow, nextId)
      print([title, ...cells].join(' | '))
      for (const { kind, what } of found.slice(0, 5)) print(`    ${kind}: ${what}`)
      // Two primaries can't be prevented from here.
      if (blow.kind !== 'split-brain') all.push(...found)
    } finally {
      await world.close()
    }
  }
  return all
}

async function measure(world: World, blow: PairBlow, nextId: NextId): Promise<{ cells: string[]; found: Violation[] }> {
  const history = createHistory()
  const ackedAt: number[] = []
  const load = steadyLoad(world, history, nextId, () => ackedAt.push(performance.now()))
  await sleep(BEFORE_MS)
  const { rows } = await world.postgres.pool.query<{ at: Date }>('select clock_timestamp() as at')
  const struckAt = performance.now()
  const watch = watchReadiness(world)
  await world.postgres.strike(blow)
  await sleep(AFTER_MS)
  const reasons = await watch.stop()
  await load.stop()
  const quiet = await waitUntilQuiet(world.postgres.pool, QUIET_MS)
  const found = await check(quiet, { ...world, pool: world.postgres.pool, history })
  const count = (kind: Violation['kind']) => String(found.filter((one) => one.kind === kind).length)
  const gap = longestGap([struckAt, ...ackedAt.filter((at) => at > struckAt)])
  const { rows: settled } = await world.postgres.pool.query<{ seconds: number | null }>(
    `select extract(epoch from max(gap))::double precision as seconds from (
      select finished_at - lag(finished_at) over (order by finished_at) as gap from ledger.attempt
      where finished_at > $1 and outcome not in ('lost', 'released')) as gaps`,
    [rows[0]?.at],
  )
  const work = settled[0]?.seconds ?? 0
  const told = [...reasons.words].join('; ').slice(0, 160)
  const cells = [
    ...[String(history.acked.size), count('acked-lost'), count('doubled')],
    ...[`${(gap / 1_000).toFixed(1)} s`, `${work.toFixed(1)} s`, `${(reasons.notReadyMs / 1_000).toFixed(1)} s`, told],
  ]
  return { cells, found }
}

/** The longest time without an Ack. */
function longestGap(times: number[]): number {
  return times.reduce((longest, at, i) => Math.max(longest, i === 0 ? 0 : at - (times[i - 1] ?? at)), 0)
}

const LOOK_MS = 100

/** How long none of the serves was ready, and the reasons that they gave. */
function watchReadiness(world: World) {
  const words = new Set<string>()
  let notReadyMs = 0
  let lookedAt = performance.now()
  let going = true

  async function look(): Promise<void> {
    const answers = await Promise.all(
      world.nodes.map(({ serve }) =>
        fetch(`${serve.adminUrl}/health/ready`, { signal: AbortSignal.timeout(4_000) })
          .then(async (reply): Promise<{ ready: boolean; reason?: string }> => JSON.parse(await reply.text()))
          .catch(() => ({ ready: false, reason: 'no answer' })),
      ),
    )
    for (const { reason } of answers) if (reason !== undefined) words.add(reason)
    if (!answers.some(({ ready }) => ready)) notReadyMs += performance.now() - lookedAt
    lookedAt = performance.now()
  }

  async function run(): Promise<void> {
    while (going) {
      await look()
      await sleep(LOOK_MS)
    }
  }

  const running = run()
  return {
    async stop() {
      going = false
      await running
      return { notReadyMs, words }
    },
  }
}
