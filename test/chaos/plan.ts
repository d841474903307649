/** What goes wrong in a round, and when: drawn by seed, printed before it happens. */
import type { Fault } from '../simulators/salesforce.ts'
import type { WhmcsFault } from '../simulators/whmcs.ts'
import { PUBSUB_BLOWS, type PubSubBlow } from './events.ts'
import { drawPairBlow, type PairBlow } from './pair-plan.ts'
import type { Chance } from './random.ts'
import type { LineName } from './world.ts'

/** Prepared statements of the ledger at which a worker may be struck. */
export const STATEMENTS = ['record', 'claim', 'save-snapshots', 'intend', 'add-order', 'settle'] as const

/** Moments at which a worker may be struck, as those see them to whom it talks. */
const MOMENTS = [
  ...STATEMENTS.map((statement) => `ledger got ${statement}` as const),
  'WHMCS got AddOrder',
  'WHMCS did AddOrder',
  'WHMCS got AcceptOrder',
  'WHMCS did AcceptOrder',
  'WHMCS got AddClient',
  'WHMCS did AddClient',
  'WHMCS did AddInvoicePayment',
  'WHMCS got GetOrders',
  'Salesforce got query',
  'Salesforce got collections',
] as const
export type Moment = (typeof MOMENTS)[number]

export function isMoment(text: string): text is Moment {
  return MOMENTS.some((moment) => moment === text)
}

export type Blow =
  | { kind: 'kill' | 'terminate'; node: number; restartMs: number }
  | { kind: 'kill-at'; moment: Moment; node: number; skip: number; restartMs: number }
  | { kind: 'freeze'; node: number; ms: number }
  | { kind: 'freeze-at'; moment: Moment; node: number; skip: number; ms: number }
  | { kind: 'backends'; times: number }
  | { kind: 'postgres'; mode: 'immediate' | 'fast'; downMs: number }
  | { kind: 'black-hole'; node: number; line: LineName; ms: number; end: 'reset' | 'half-open' }
  | { kind: 'slow'; node: number; line: LineName; byMs: number; ms: number }
  | { kind: 'reset'; node: number; line: LineName }
  | { kind: 'whmcs'; fault: WhmcsFault }
  | { kind: 'salesforce'; fault: Fault }
  | { kind: 'expire-sessions' }
  | { kind: 'clock'; node: number }
  | { kind: 'pubsub'; how: PubSubBlow }
  | PairBlow

/** What the ledger is: one server, or a primary with a standby. */
export type LedgerKind = 'one' | 'pair'

export type Strike = Blow & { at: number }

export interface Plan {
  orders: number
  /** How long the load and the strikes last, ms. */
  forMs: number
  /** Whether Salesforce sends a message about what Soapstone changes there, as a careless Flow would. */
  echo: boolean
  strikes: Strike[]
}

export function drawPlan(chance: Chance, ledger: LedgerKind = 'one'): Plan {
  const forMs = chance.between(2_500, 4_500)
  const blows = chance.maybe(0.2) ? KILLS : BLOWS
  const at = () => chance.between(0, forMs)
  const strikes: Strike[] = Array.from({ length: chance.between(4, 9) }, () => ({
    ...chance.pick(blows)(chance),
    at: at(),
  }))
  // In place of some others: what befalls the pair is what this is about.
  if (ledger === 'pair') {
    strikes.splice(0, 3, ...Array.from({ length: chance.between(1, 2) }, () => ({ ...drawPairBlow(chance), at: at() })))
  }
  strikes.sort((a, b) => a.at - b.at)
  return { orders: chance.between(60, 200), forMs, echo: chance.maybe(0.2), strikes }
}

export function describe({ orders, forMs, echo, strikes }: Plan): string[] {
  const words = strikes.map(({ at, kind, ...facts }) => `${(at / 1000).toFixed(1)}s ${kind} ${JSON.stringify(facts)}`)
  return [`${orders} orders over ${(forMs / 1000).toFixed(1)} s${echo ? ', with echo' : ''}`, ...words]
}

/** A name for the totals. */
export function nameOf(blow: Blow): string {
  switch (blow.kind) {
    case 'whmcs':
    case 'salesforce':
      return `${blow.kind} ${faultName(blow.fault)}`
    case 'kill-at':
    case 'freeze-at':
      return `${blow.kind} ${blow.moment}`
    case 'postgres':
      return `postgres ${blow.mode}`
    case 'pubsub':
      return `pubsub ${blow.how}`
    case 'failover':
      return `failover ${blow.how}`
    case 'waits':
      return `waits ${blow.end}`
    case 'black-hole':
    case 'slow':
    case 'reset':
      return `${blow.kind} ${blow.line}`
    default:
      return blow.kind
  }
}

function faultName(fault: Fault | WhmcsFault): string {
  if (fault.kind === 'record-error') return fault.statusCode
  return 'status' in fault ? `${fault.status}` : fault.kind
}

const NODE = (chance: Chance) => chance.between(0, 1)
const LINE = (chance: Chance) =>
  chance.pick(['door', 'ledger', 'ledger', 'whmcs', 'whmcs', 'salesforce', 'events'] as const)

/** Deaths alone, one after the other. */
const KILLS = [kill, kill, killAt]

/** What happens more often stands here more often. */
const BLOWS: ((chance: Chance) => Blow)[] = [
  kill,
  kill,
  (chance) => ({ kind: 'terminate', node: NODE(chance), restartMs: chance.between(0, 500) }),
  killAt,
  killAt,
  killAt,
  (chance) => ({ kind: 'freeze', node: NODE(chance), ms: chance.between(1_000, 7_000) }),
  freezeAt,
  (chance) => ({ kind: 'backends', times: chance.between(1, 8) }),
  (chance) => ({
    kind: 'postgres',
    mode: chance.pick(['immediate', 'immediate', 'fast']),
    downMs: chance.between(0, 1_500),
  }),
  (chance) => ({
    kind: 'black-hole',
    node: NODE(chance),
    line: LINE(chance),
    ms: chance.between(500, 4_000),
    end: chance.maybe(0.2) ? 'half-open' : 'reset',
  }),
  (chance) => ({
    kind: 'slow',
    node: NODE(chance),
    line: LINE(chance),
    byMs: chance.between(20, 600),
    ms: chance.between(500, 2_000),
  }),
  (chance) => ({ kind: 'reset', node: NODE(chance), line: LINE(chance) }),
  whmcs,
  whmcs,
  whmcs,
  salesforce,
  salesforce,
  () => ({ kind: 'expire-sessions' }),
  pubsub,
  pubsub,
  (chance) => ({ kind: 'clock', node: NODE(chance) }),
]

function pubsub(chance: Chance): Blow {
  return { kind: 'pubsub', how: chance.pick(PUBSUB_BLOWS) }
}

function kill(chance: Chance): Blow {
  return { kind: 'kill', node: NODE(chance), restartMs: chance.between(0, 1_500) }
}

function killAt(chance: Chance): Blow {
  const restartMs = chance.between(0, 1_500)
  return { kind: 'kill-at', moment: chance.pick(MOMENTS), node: NODE(chance), skip: chance.between(0, 12), restartMs }
}

function freezeAt(chance: Chance): Blow {
  const ms = chance.between(2_500, 9_000)
  return { kind: 'freeze-at', moment: chance.pick(MOMENTS), node: NODE(chance), skip: chance.between(0, 12), ms }
}

function whmcs(chance: Chance): Blow {
  const on = chance.pick([
    'AddOrder',
    'AddOrder',
    'AcceptOrder',
    'AddClient',
    'AddInvoicePayment',
    'ModuleTerminate',
    'GetOrders',
    'any',
  ])
  const times = chance.between(1, 8)
  const faults: WhmcsFault[] = [
    { on, times, kind: 'lost-reply' },
    { on, times, kind: 'hang' },
    { on, times, kind: 'hang-before' },
    // Shorter than the settle time: what WHMCS does later than that is the theory's limit.
    { on, times, kind: 'late', ms: chance.between(100, 2_000) },
    { on, times, kind: 'html-500' },
    { on, times, kind: 'cut-json' },
    { on, times, kind: 'reset' },
    { on, times, kind: 'status', status: 502, body: '<h1>Bad Gateway</h1>' },
    { on, times, kind: 'status', status: 504, body: '<h1>Gateway Timeout</h1>', work: true },
    { on, kind: 'error', message: 'Invalid IP 127.0.0.1', status: 403 },
  ]
  return { kind: 'whmcs', fault: chance.pick(faults) }
}

function salesforce(chance: Chance): Blow {
  const on = chance.pick(['query', 'collections', 'any'] as const)
  const times = chance.between(1, 4)
  const locked = { statusCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access to this record' }
  const faults: Fault[] = [
    { on, times, kind: 'status', status: 401 },
    { on, times, kind: 'status', status: 503 },
    { on: 'any', kind: 'status', status: 403 },
    { on, times, kind: 'hang' },
    { on, times, kind: 'reset' },
    { on, times, kind: 'reset-after' },
    { on: 'collections', times: times * 10, kind: 'record-error', ...locked },
    { on: 'oauth', times, kind: 'status', status: 503 },
  ]
  return { kind: 'salesforce', fault: chance.pick(faults) }
}
