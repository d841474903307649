/**
 * npm run chaos -- --recovery N: how long it takes until work goes on, and nothing else goes wrong: two serves under a
 * steady load, N times one of them is killed, N times Postgres. Prints a table.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../helpers/until.ts'
import type { NextId } from '../simulators/salesforce/ids.ts'
import { check, type Violation, waitUntilQuiet } from './checker.ts'
import { createHistory } from './load.ts'
import { print, spread } from './report.ts'
import { EVERY_MS, steadyLoad } from './steady-load.ts'
import type { Node, World } from './world.ts'

export interface RecoveryOptions {
  times: number
  leaseSeconds: number
  nextId: NextId
}

const POSTGRES_DOWN_MS = 500
const QUIET_MS = 120_000

export async function measureRecovery(world: World, options: RecoveryOptions): Promise<Violation[]> {
  const { times, leaseSeconds } = options
  const history = createHistory()
  const load = steadyLoad(world, history, options.nextId)
  const takenUp: number[] = []
  const settled: number[] = []
  for (let i = 0; i < times; i++) {
    const victim = world.nodes[i % 2]
    if (victim) takenUp.push(await killOne(world, victim, leaseSeconds))
    settled.push(await knockPostgresOver(world))
    print(`${i + 1} of ${times}: ${takenUp.at(-1)?.toFixed(2)} s, ${settled.at(-1)?.toFixed(2)} s`)
  }
  await load.stop()
  const quiet = await waitUntilQuiet(world.postgres.pool, QUIET_MS)
  print(`\nLEASE_SECONDS ${leaseSeconds}, ${history.orders.size} orders, one in ${EVERY_MS} ms`)
  print(`a killed process's work all taken up by the other  ${spread(takenUp)}`)
  print(`first settled after Postgres takes connections     ${spread(settled)}`)
  return await check(quiet, { ...world, pool: world.postgres.pool, history })
}

interface Held {
  notification_id: string
  lease_no: number
}

/** Seconds from the kill until the last of what it held was claimed by the other. It starts again after that. */
async function killOne({ postgres: { pool } }: World, { serve }: Node, leaseSeconds: number): Promise<number> {
  const { pid } = serve
  const held = () =>
    pool.query<Held & { now: Date }>(
      `select notification_id, lease_no, clock_timestamp() as now from ledger.work
      where lease_holder ~ ('-' || $1::text || '-')`,
      [pid],
    )
  const [{ now: killedAt }] = await until(async () => {
    const { rows } = await held()
    return rows[0] && ([rows[0]] as const)
  }, 'work in its hands')
  serve.signal('SIGKILL', leaseSeconds * 3_000)
  const { rows } = await held()
  const claimed = `select max(extract(epoch from started_at - $1))::double precision as seconds, count(*)::integer as count
    from unnest($2::text[], $3::integer[]) as h (notification_id, lease_no)
    join ledger.attempt a on a.notification_id = h.notification_id and a.attempt_no = h.lease_no + 1`
  const ids = [rows.map((row) => row.notification_id), rows.map((row) => row.lease_no)]
  const seconds = await until(async () => {
    const found = await pool.query<{ seconds: number | null; count: number }>(claimed, [killedAt, ...ids])
    const [all] = found.rows
    return all?.count === rows.length && { seconds: all.seconds ?? 0 }
  }, 'another to take it up')
  await serve.up()
  return seconds.seconds
}

/** Seconds from the moment at which it takes connections again until something is settled. */
async function knockPostgresOver({ postgres }: World): Promise<number> {
  await postgres.knockOver('immediate')
  await sleep(POSTGRES_DOWN_MS)
  await postgres.raise()
  const { pool } = postgres
  const { rows } = await until(
    () => pool.query<{ now: Date }>('select clock_timestamp() as now').catch(() => undefined),
    'Postgres',
  )
  const first = `select extract(epoch from min(finished_at) - $1)::double precision as seconds from ledger.attempt
    where finished_at > $1 and outcome not in ('lost', 'released')`
  const found = await until(async () => {
    const { rows: attempts } = await pool.query<{ seconds: number | null }>(first, [rows[0]?.now])
    return attempts[0]?.seconds != null && { seconds: attempts[0].seconds }
  }, 'something settled')
  return found.seconds
}
