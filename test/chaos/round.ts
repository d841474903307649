/** One round: load and strikes together, then everything is healed, then the promise is checked. */
import { EventEmitter, once } from 'node:events'
import type { NextId } from '../simulators/salesforce/ids.ts'
import { check, type Violation, waitUntilQuiet } from './checker.ts'
import { type History, sendLoad } from './load.ts'
import type { Nemesis } from './nemesis.ts'
import { describe, drawPlan, type LedgerKind, nameOf, type Plan } from './plan.ts'
import type { Chance } from './random.ts'
import type { Recovery } from './recovery.ts'
import { print } from './report.ts'
import type { World } from './world.ts'

export interface Run {
  chance: Chance
  world: World
  recovery: Recovery
  nemesis: Nemesis
  history: History
  nextId: NextId
  ledger: LedgerKind
}

/** Longer than any lawful wait: retries, settle times, a breaker's cool-downs, dead connections. */
const QUIET_MS = 150_000

export async function playRound(run: Run, round: number): Promise<{ plan: Plan; found: Violation[] }> {
  const { world, nemesis, history, recovery, nextId } = run
  const chance = run.chance.fork(`round ${round}`)
  const plan = drawPlan(chance.fork('plan'), run.ledger)
  for (const line of describe(plan)) world.note(`round ${round}: ${line}`)
  print(`round ${round}: ${describe(plan).join('\n    ')}`)

  const kills = nemesis.kills
  const healed = new EventEmitter()
  world.salesforce.autoNotify = plan.echo ? { endpoint: chance.pick(world.nodes).endpoint } : undefined
  const load = sendLoad(world, {
    ...{ chance: chance.fork('load'), history, nextId, orders: plan.orders, forMs: plan.forMs },
    healed: once(healed, 'healed'),
  })
  await nemesis.carryOut(plan)
  await nemesis.heal()
  world.salesforce.autoNotify = undefined
  healed.emit('healed')
  const healedAt = performance.now()
  const { notifications } = await load
  const quiet = await waitUntilQuiet(world.postgres.pool, QUIET_MS, world.events.consumed)
  const quietMs = performance.now() - healedAt
  await recovery.measure()

  const found = await check(quiet, { ...world, pool: world.postgres.pool, history })
  print(
    `    ${plan.orders} orders, ${notifications} notifications, ${nemesis.kills - kills} kills, ` +
      `${plan.strikes.length} strikes (${plan.strikes.map(nameOf).join(', ')}), quiet ${seconds(quietMs)} after healing`,
  )
  for (const { kind, what } of found.slice(0, 20)) print(`    VIOLATION ${kind}: ${what}`)
  return { plan, found }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
