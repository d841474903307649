/** What a run prints. */
import { KINDS, type Violation } from './checker.ts'
import type { Run } from './round.ts'

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

export function printTotals(
  { nemesis, history, recovery }: Run,
  { seed, rounds, violations }: { seed: string; rounds: number; violations: Violation[] },
): void {
  const dealt = [...nemesis.dealt].sort(([, one], [, other]) => other - one)
  print(`\nseed ${seed}: ${rounds} rounds`)
  print(
    `  orders ${history.orders.size}, Acked notifications ${history.acked.size}, deliveries again ${history.redeliveries}, orders told of by events ${history.told.size}`,
  )
  print(`  answers that were no Ack ${history.refusals}, kills ${nemesis.kills}`)
  print(`  dealt: ${dealt.map(([name, times]) => `${name} ${times}`).join(', ')}`)
  print(`  work of a killed worker taken up again after ${spread(recovery.takenUp)}`)
  print(`  first settled after Postgres came back ${spread(recovery.settled)}`)
  for (const { kind, what } of violations.slice(0, 20)) print(`  VIOLATION ${kind}: ${what}`)
  print(`  ${KINDS.map((kind) => `${kind} ${violations.filter((found) => found.kind === kind).length}`).join(', ')}`)
}

export function spread(seconds: readonly number[]): string {
  if (seconds.length === 0) return '(never measured)'
  const sorted = seconds.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2)
  return `median ${at(0.5)} s, max ${at(1)} s (${sorted.length})`
}
