/**
 * npm run chaos -- --seed S --rounds N: tries to break the promise that nothing Acked is lost, no order is provisioned
 * twice, and everything ends in a final state that tells the truth. Real processes, a real Postgres with fsync; a seeded
 * nemesis kills, freezes, cuts lines and makes both systems lie. Exit 1 and the evidence when it succeeds.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createIds } from '../simulators/salesforce/ids.ts'
import type { Violation } from './checker.ts'
import { keepEvidence } from './evidence.ts'
import { measureFailover } from './failover.ts'
import { createHistory } from './load.ts'
import { createNemesis } from './nemesis.ts'
import { createChance } from './random.ts'
import { createRecovery } from './recovery.ts'
import { measureRecovery } from './recovery-time.ts'
import { print, printTotals } from './report.ts'
import { playRound, type Run } from './round.ts'
import { openWorld } from './world.ts'

const USAGE = `npm run chaos -- [options]

  --seed <text>     which choices are made (by default the time); letters, digits and dashes
  --rounds <n>      how many rounds (10)
  --first <n>       the number of the first round (1): a round's plan follows from seed and number
  --pair            the ledger is a primary with a standby, which fail over
  --failover        instead: the same for each way of losing a primary, one after the other, with a table
  --recovery <n>    instead: kill a process and Postgres n times each, and tell how long it takes until work goes on
  --lease <n>       LEASE_SECONDS for that (6)
`

process.exit(await main())

async function main(): Promise<number> {
  const { seed, rounds, first, recovery: times, lease, pair, failover, help } = readOptions()
  if (help) {
    process.stdout.write(USAGE)
    return 0
  }
  const folder = fileURLToPath(new URL(`../../.soapstone/chaos-${seed}`, import.meta.url))
  await rm(join(folder, 'violation.json'), { force: true })
  if (failover) {
    const open = () => openWorld(folder, { ledger: 'pair' })
    const found = await measureFailover(open, createIds(createChance(seed).between(0, 62 ** 5 - 1)))
    await rm(folder, { recursive: true, force: true })
    return found.length > 0 ? 1 : 0
  }
  if (times > 0) return await recover(folder, times, lease)
  const ledger = pair ? 'pair' : 'one'
  const world = await openWorld(folder, { ledger })
  const recovery = createRecovery(world.postgres.pool)
  const run: Run = {
    chance: createChance(seed),
    world,
    recovery,
    nemesis: createNemesis(world, recovery),
    history: createHistory(),
    ledger,
    nextId: createIds(createChance(seed).between(0, 62 ** 5 - 1)),
  }
  const violations: Violation[] = []
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      interrupted = true
      print(`${signal}: this is the last round`)
    })
  }
  let round = first
  try {
    for (; round < first + rounds && violations.length === 0 && !interrupted; round++) {
      const { plan, found } = await playRound(run, round)
      violations.push(...found)
      if (found.length > 0) print(`evidence: ${await keepEvidence(world, plan, found)}`)
    }
  } finally {
    await world.close()
  }
  for (const { serve } of world.nodes) {
    violations.push(...serve.crashes.map((what): Violation => ({ kind: 'broken', what: `crashed: ${what}` })))
  }
  printTotals(run, { seed, rounds: round - first, violations })
  if (violations.length > 0) return 1
  await rm(folder, { recursive: true, force: true })
  return 0
}

async function recover(folder: string, times: number, leaseSeconds: number): Promise<number> {
  const world = await openWorld(folder, { more: { LEASE_SECONDS: String(leaseSeconds) } })
  try {
    const found = await measureRecovery(world, { times, leaseSeconds, nextId: createIds(1) })
    for (const { kind, what } of found) print(`VIOLATION ${kind}: ${what}`)
    return found.length > 0 ? 1 : 0
  } finally {
    await world.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      rounds: { type: 'string', default: '10' },
      first: { type: 'string', default: '1' },
      recovery: { type: 'string', default: '0' },
      lease: { type: 'string', default: '6' },
      failover: { type: 'boolean', default: false },
      pair: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (!/^[\w-]+$/.test(values.seed)) throw new Error('--seed: letters, digits and dashes only')
  const { rounds, first, recovery, lease } = values
  return {
    ...values,
    ...{ rounds: Number(rounds), first: Number(first), recovery: Number(recovery), lease: Number(lease) },
  }
}
