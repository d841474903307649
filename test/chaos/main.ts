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
import { createHistory } from './load.ts'
import { createNemesis } from './nemesis.ts'
import { createChance } from './random.ts'
import { createRecovery } from './recovery.ts'
import { print, printTotals } from './report.ts'
import { playRound, type Run } from './round.ts'
import { openWorld } from './world.ts'

const USAGE = `npm run chaos -- [options]

  --seed <text>     which choices are made (by default the time); letters, digits and dashes
  --rounds <n>      how many rounds (10)
  --first <n>       the number of the first round (1): a round's plan follows from seed and number
`

process.exit(await main())

async function main(): Promise<number> {
  const { seed, rounds, first, help } = readOptions()
  if (help) {
    process.stdout.write(USAGE)
    return 0
  }
  const folder = fileURLToPath(new URL(`../../.soapstone/chaos-${seed}`, import.meta.url))
  await rm(join(folder, 'violation.json'), { force: true })
  const world = await openWorld(folder)
  const recovery = createRecovery(world.postgres.pool)
  const run: Run = {
    chance: createChance(seed),
    world,
    recovery,
    nemesis: createNemesis(world, recovery),
    history: createHistory(),
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

function readOptions() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      rounds: { type: 'string', default: '10' },
      first: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (!/^[\w-]+$/.test(values.seed)) throw new Error('--seed: letters, digits and dashes only')
  return { ...values, rounds: Number(values.rounds), first: Number(values.first) }
}
