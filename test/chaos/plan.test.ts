import t from 'tap'
import { describe, drawPlan, nameOf } from './plan.ts'
import { createChance } from './random.ts'

const planOf = (seed: string) => drawPlan(createChance(seed))

t.test('drawPlan draws the same plan from the same seed, and another from another', async (t) => {
  t.same(planOf('1'), planOf('1'))
  t.notSame(planOf('1'), planOf('2'))
})

t.test('drawPlan comes to every kind of strike', async (t) => {
  const plans = Array.from({ length: 300 }, (_, i) => planOf(String(i)))
  const kinds = new Set(plans.flatMap(({ strikes }) => strikes.map(({ kind }) => kind)))
  t.equal(kinds.size, 15)
  const names = plans.flatMap(({ strikes }) => strikes.map(nameOf))
  t.match(
    new Set(names),
    new Set(['kill-at WHMCS did AddOrder', 'black-hole ledger', 'whmcs lost-reply', 'pubsub migrate', 'reset events']),
  )
  for (const { strikes, forMs } of plans) t.ok(strikes.every(({ at }) => at <= forMs))
})

t.test('drawPlan comes to all that befalls a pair, where the ledger is one', async (t) => {
  const plans = Array.from({ length: 300 }, (_, i) => drawPlan(createChance(String(i)), 'pair'))
  const names = new Set(plans.flatMap(({ strikes }) => strikes.map(nameOf)))
  const all = [
    'failover kill',
    'failover immediate',
    'switchover',
    'standby-away',
    'flap',
    'read-only',
    'vanished',
    'kill',
    'whmcs lost-reply',
  ]
  for (const name of [...all, 'waits cancelled', 'waits terminated', 'waits restarted']) t.ok(names.has(name), name)
  for (const { strikes, forMs } of plans) t.ok(strikes.every(({ at }) => at <= forMs))
})

t.test('describe has a line for each strike', async (t) => {
  const plan = planOf('1')
  t.equal(describe(plan).length, plan.strikes.length + 1)
})
