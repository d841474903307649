/** How things stand. */
import { STEPS } from '../domain/notification.ts'

export interface Status extends Omit<Standing, 'counts' | 'pauses' | 'deadLetters'> {
  /** Messages can be stored. */
  ready: boolean
  organizations: OrganizationStatus[]
  deadLetters: { code: string; count: number }[]
  /** Open notifications and dead letters. */
  counts: Standing['counts']
  /** Steps that stand still. */
  pauses: PausedStep[]
  /** What works, and should not be left like that. */
  warnings: string[]
}

export interface OrganizationStatus {
  organizationId: string
  name: string
  stages: StageStatus[]
}

export interface StageStatus {
  step: string
  waiting: number
  working: number
  oldestSeconds: number
  paused: { code: string; message: string; since: Date; until: Date | undefined } | undefined
}

export interface PausedStep {
  organizationId: string
  step: string
  code: string
  message: string
  /** The process that met the cause, or the person who stopped it. */
  worker: string
  byPerson: boolean
  since: Date
  /** Undefined: until a person resumes it. */
  until: Date | undefined
  secondsLeft: number | undefined
}

export interface Worker {
  worker: string
  version: string
  startedAt: Date
  seenAt: Date
}

interface Standing {
  ready: boolean
  counts: { organizationId: string; state: string; step: string; notifications: number; oldestSeconds: number }[]
  deadLetters: { organizationId: string; code: string; count: number }[]
  lastHour: LastHour | undefined
  /** What sweeps recorded within a day. Undefined: nothing, ever. */
  swept: { notifications: number; lastAt: Date } | undefined
  pauses: PausedStep[]
  /** Streams of events, and how each stands. */
  subscriptions: SubscriptionStanding[]
  /** The mapping that is in force, and since when. */
  mappings: { organizationId: string; hash: string; since: Date }[]
  /** Processes that are alive. */
  workers: Worker[]
  /** Whether WHMCS_MARKER can be read back, as the processes have seen: the worst. */
  marker: string
  /** Calls that are left of the day's, as Salesforce said last; of several organisations the one that is worst off. */
  salesforce: { remaining: number; max: number } | undefined
  /** Migrations that the database lacks, and those that this version does not know. */
  schema: { missing: string[]; unknown: string[] }
}

interface SubscriptionStanding {
  organizationId: string
  topic: string
  /** `unattended`: no process reads it. */
  state: string
  errorCode: string | null
  errorMessage: string | null
  since: Date
  /** When the position was written. Salesforce knows it for 72 hours. */
  positionAt: Date | null
  lastEventAt: Date | null
  /** When Salesforce last did not know the position any more. */
  lostAt: Date | null
  /** Orders changed since then are still to be asked for. */
  sweepSince: Date | null
  recorded: number
  own: number
  other: number
  undecodable: number
  /** Of the organisation, in 24 hours. */
  deliveries: { remaining: number; max: number } | null
}

interface LastHour {
  received: number
  completed: number
  ignored: number
  superseded: number
  dead: number
}

export interface StatusPort {
  standing(): Promise<Standing>
}

export interface StatusOptions {
  /** Those of the settings: they are told of even when nothing has come yet. */
  organizations: readonly { id: string; name: string }[]
  warnings: string[]
}

/** What is open, what is dead, what stands still, and what to see to. */
export async function readStatus(ledger: StatusPort, { organizations, warnings }: StatusOptions): Promise<Status> {
  const standing = await ledger.standing()
  const names = new Map(organizations.map(({ id, name }) => [id, name]))
  const ids = new Set([
    ...names.keys(),
    ...[...standing.counts, ...standing.pauses].map(({ organizationId }) => organizationId),
  ])
  return {
    ...standing,
    organizations: [...ids].map((organizationId) => ({
      organizationId,
      name: names.get(organizationId) ?? organizationId,
      stages: STEPS.map((step) => stageOf(standing, organizationId, step)),
    })),
    deadLetters: byCode(standing.deadLetters),
    warnings,
  }
}

function stageOf({ counts, pauses }: Standing, organizationId: string, step: string): StageStatus {
  const here = <T extends { organizationId: string; step: string }>(one: T) =>
    one.organizationId === organizationId && one.step === step
  const open = counts.filter((one) => here(one) && one.state !== 'dead')
  const count = (state: string) => open.find((one) => one.state === state)?.notifications ?? 0
  const pause = pauses.find(here)
  return {
    step,
    waiting: count('pending'),
    working: count('working'),
    oldestSeconds: Math.max(0, ...open.map(({ oldestSeconds }) => oldestSeconds)),
    paused: pause && { code: pause.code, message: pause.message, since: pause.since, until: pause.until },
  }
}

function byCode(letters: Standing['deadLetters']): Status['deadLetters'] {
  const sums = new Map<string, number>()
  for (const { code, count } of letters) sums.set(code, (sums.get(code) ?? 0) + count)
  return [...sums].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count)
}
