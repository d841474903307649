/** What goes wrong with a ledger that is a pair: a primary, and a standby that its commits wait for. */
import type { Chance } from './random.ts'

export type PairBlow =
  /** The primary dies, and after a while the standby takes over. */
  | { kind: 'failover'; how: 'kill' | 'immediate'; downMs: number }
  /** As a DBA does it who has planned to. */
  | { kind: 'switchover' }
  /** The standby is not heard of: commits wait. */
  | { kind: 'standby-away'; ms: number }
  /** Commits wait, and somebody loses patience; then the primary dies, and what only it had is lost. */
  | { kind: 'waits'; end: 'cancelled' | 'terminated' | 'restarted'; ms: number }
  /** The front can't decide which of the two is the primary. */
  | { kind: 'flap'; times: number }
  /** A DBA allows no more writing for a while. */
  | { kind: 'read-only'; ms: number }
  /** The primary's host says nothing more, and closes nothing; after a while the standby takes over. */
  | { kind: 'vanished'; downMs: number }
  /** The standby takes over while the primary lives on, and the front shows now the one, now the other. */
  | { kind: 'split-brain'; ms: number }

/** All but the last kind, of which the promise can't hold. */
const PAIR_BLOWS: ((chance: Chance) => PairBlow)[] = [
  (chance) => ({ kind: 'failover', how: chance.pick(['kill', 'immediate']), downMs: chance.between(0, 2_000) }),
  () => ({ kind: 'switchover' }),
  (chance) => ({ kind: 'standby-away', ms: chance.between(500, 6_000) }),
  waits,
  waits,
  (chance) => ({ kind: 'read-only', ms: chance.between(500, 3_000) }),
  (chance) => ({ kind: 'vanished', downMs: chance.between(500, 4_000) }),
  (chance) => ({ kind: 'flap', times: chance.between(1, 6) }),
]

export function drawPairBlow(chance: Chance): PairBlow {
  return chance.pick(PAIR_BLOWS)(chance)
}

function waits(chance: Chance): PairBlow {
  const end = chance.pick(['cancelled', 'terminated', 'restarted'] as const)
  return { kind: 'waits', end, ms: chance.between(500, 3_000) }
}
