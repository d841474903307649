/** Carries a plan out, and mends everything afterwards. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Moment, nameOf, type Plan, type Strike } from './plan.ts'
import type { Recovery } from './recovery.ts'
import { LINES, type LineName, type Node, type World } from './world.ts'

export interface Nemesis {
  /** Resolves when the last strike has been dealt. */
  carryOut(plan: Plan): Promise<void>
  /** Everything runs and nothing is broken any more. */
  heal(): Promise<void>
  /** How often each kind was dealt. */
  readonly dealt: Map<string, number>
  readonly kills: number
}

interface Trap {
  moment: Moment
  skip: number
  spring(node: Node | undefined): void
}

export function createNemesis(world: World, recovery: Recovery): Nemesis {
  const { postgres, salesforce, whmcs, events, nodes } = world
  const dealt = new Map<string, number>()
  let traps: Trap[] = []
  let kills = 0
  /** What Postgres goes through, one after the other. */
  let postgresWork: Promise<unknown> = Promise.resolve()
  const running = new Set<Promise<unknown>>()

  world.onMoment((moment, name) => {
    for (const trap of traps.filter((trap) => trap.moment === moment)) {
      trap.skip -= 1
      if (trap.skip >= 0) continue
      traps = traps.filter((other) => other !== trap)
      trap.spring(nodes.find(({ serve }) => serve.name === name))
    }
  })

  function count(strike: Strike): void {
    const name = nameOf(strike)
    world.note(`nemesis: ${name} ${JSON.stringify(strike)}`)
    dealt.set(name, (dealt.get(name) ?? 0) + 1)
  }

  function kill(node: Node, signal: 'SIGKILL' | 'SIGTERM', restartMs: number): void {
    const { pid } = node.serve
    node.serve.signal(signal, restartMs)
    if (signal !== 'SIGKILL' || pid === undefined) return
    kills += 1
    during(recovery.killed(pid))
  }

  function freeze(node: Node, ms: number): void {
    node.serve.signal('SIGSTOP')
    during(sleep(ms).then(() => node.serve.signal('SIGCONT')))
  }

  function during(work: Promise<unknown>): void {
    const entry = work.catch((error: unknown) => world.note(`nemesis: ${error}`)).finally(() => running.delete(entry))
    running.add(entry)
  }

  function deal(strike: Strike): void {
    if (strike.kind !== 'kill-at' && strike.kind !== 'freeze-at') count(strike)
    switch (strike.kind) {
      case 'kill':
        kill(nodeOf(strike), 'SIGKILL', strike.restartMs)
        break
      case 'terminate':
        kill(nodeOf(strike), 'SIGTERM', strike.restartMs)
        break
      case 'freeze':
        freeze(nodeOf(strike), strike.ms)
        break
      case 'kill-at':
      case 'freeze-at':
        traps.push({
          ...{ moment: strike.moment, skip: strike.skip },
          spring(culprit = nodeOf(strike)) {
            count(strike)
            if (strike.kind === 'kill-at') kill(culprit, 'SIGKILL', strike.restartMs)
            else freeze(culprit, strike.ms)
          },
        })
        break
      case 'backends':
        during(storm(strike.times))
        break
      case 'postgres':
        postgresWork = postgresWork.then(() => knockOver(strike.mode, strike.downMs))
        during(postgresWork)
        break
      case 'failover':
      case 'switchover':
      case 'standby-away':
      case 'waits':
      case 'flap':
      case 'read-only':
      case 'vanished':
      case 'split-brain':
        postgresWork = postgresWork.then(() => postgres.strike(strike))
        during(postgresWork)
        break
      case 'black-hole':
        during(blackHole(strike))
        break
      case 'slow':
        during(slow(strike))
        break
      case 'reset':
        nodeOf(strike).lines[strike.line].reset()
        break
      case 'whmcs':
        whmcs.faults.push(strike.fault)
        break
      case 'salesforce':
        salesforce.faults.push(strike.fault)
        break
      case 'expire-sessions':
        salesforce.expireSessions()
        break
      case 'pubsub':
        events.strike(strike.how)
        break
      case 'clock':
        nodeOf(strike).serve.jump()
        break
      default:
        strike satisfies never
    }
  }

  function nodeOf({ node }: { node: number }): Node {
    const found = nodes[node]
    if (found === undefined) throw new RangeError(`no node ${node}`)
    return found
  }

  async function blackHole(strike: Extract<Strike, { kind: 'black-hole' }>): Promise<void> {
    const line = nodeOf(strike).lines[strike.line]
    line.blackHole()
    await sleep(strike.ms)
    line.heal(endOf(strike.line, strike.end))
  }

  async function slow(strike: Extract<Strike, { kind: 'slow' }>): Promise<void> {
    const line = nodeOf(strike).lines[strike.line]
    line.slow(strike.byMs)
    await sleep(strike.ms)
    line.slow(0)
  }

  async function storm(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      await postgres.terminateBackends().catch(() => {})
      await sleep(100)
    }
  }

  async function knockOver(mode: 'immediate' | 'fast', downMs: number): Promise<void> {
    await postgres.knockOver(mode)
    await sleep(downMs)
    await postgres.raise()
    world.note('nemesis: Postgres is back')
    await recovery.raised()
  }

  return {
    async carryOut({ strikes, forMs }) {
      const beganAt = performance.now()
      const left = (at: number) => Math.max(0, at - (performance.now() - beganAt))
      for (const strike of strikes) {
        await sleep(left(strike.at))
        deal(strike)
      }
      await sleep(left(forMs))
    },
    async heal() {
      traps = []
      whmcs.faults.clear()
      salesforce.faults.clear()
      events.heal()
      await Promise.all(running)
      await postgres.raise()
      for (const { lines } of nodes) for (const name of LINES) lines[name].heal(endOf(name, 'half-open'))
      for (const { serve } of nodes) serve.signal('SIGCONT')
      await Promise.all(nodes.map(({ serve }) => serve.up()))
      world.note('nemesis: healed')
    },
    dealt,
    get kills() {
      return kills
    },
  }
}

/** Salesforce's sender, and a stream of events, would wait for a minute on a line that says nothing. */
function endOf(line: LineName, end: 'reset' | 'half-open'): 'reset' | 'half-open' {
  return line === 'door' || line === 'events' ? 'reset' : end
}
