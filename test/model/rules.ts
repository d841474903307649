/**
 * The ledger as its rules say it should be: a few maps and no database. Times are seconds of a clock that stands still
 * until a command lets time pass; what one statement writes bears one turn, as rows of one transaction bear one now().
 */
import type { State, Step, WorkItem } from '../../src/domain/notification.ts'
import type { Settlement } from '../../src/domain/outcome.ts'

export interface Moment {
  at: number
  turn: number
}

export interface Entry {
  id: string
  recordId?: string
  state: State
  step: Step
  attempts: number
  leaseNo: number
  holder?: string
  leaseUntil?: number
  due?: Moment
  received: Moment
  clientId?: string
  whmcsOrderId?: string
  error?: { code: string; message: string }
  failedStep?: Step
  supersededBy?: string
  /** One for every lease that ended: its number, step, worker, outcome. */
  tried: [number, Step, string, string][]
}

export interface Model {
  now: number
  turn: number
  entries: Map<string, Entry>
  pauses: Map<Step, number>
  /** WHMCS order by record, of those that were accepted. */
  accepted: Map<string, string>
  replays: number
  /** What each worker believes that it holds. */
  memory: Map<string, WorkItem[]>
  /** Real time, ms: the clock of the database does not stand still. */
  startedAt: number
}

export const LEASE_SECONDS = 30

export function createModel(workers: string[]): Model {
  return {
    now: 0,
    turn: 0,
    entries: new Map(),
    pauses: new Map(),
    accepted: new Map(),
    replays: 0,
    memory: new Map(workers.map((worker) => [worker, []])),
    startedAt: performance.now(),
  }
}

/** Returns whether it was new. */
export function record(model: Model, { id, recordId }: { id: string; recordId?: string }): boolean {
  if (model.entries.has(id)) return false
  const received = { at: model.now, turn: model.turn }
  const entry: Entry = { id, state: 'pending', step: 'callback', attempts: 0, leaseNo: 0, received, tried: [] }
  if (recordId === undefined) {
    const error = { code: 'RECORD_DELETED', message: 'The record was deleted.' }
    model.entries.set(id, { ...entry, state: 'ignored', error })
  } else model.entries.set(id, { ...entry, recordId, due: received })
  return true
}

export function claimable(model: Model, step: Step): Entry[] {
  if ((model.pauses.get(step) ?? -1) > model.now) return []
  const entries = [...model.entries.values()]
  const working = entries.filter(({ state }) => state === 'working')
  return entries
    .filter(
      (entry) =>
        entry.state === 'pending' &&
        entry.step === step &&
        entry.due !== undefined &&
        entry.due.at <= model.now &&
        !working.some(({ recordId }) => recordId === entry.recordId) &&
        !(step === 'provision' && working.some((other) => other.step === step && sameClient(other, entry))),
    )
    .sort(byDue)
}

/** What one claim may take: several answers only where a limit cuts between entries that are due at the same moment. */
export function possibleClaims(model: Model, step: Step, limit: number): Entry[][] {
  const due = claimable(model, step)
  const last = due[limit - 1]?.due
  if (last === undefined || due.length === limit) return [choose(due, step)]
  const sure = due.filter((entry) => before(entry.due, last))
  const ties = due.filter((entry) => !before(entry.due, last) && !before(last, entry.due))
  return combinations(ties, limit - sure.length).map((some) => choose([...sure, ...some], step))
}

/** Of a record the newest; at provision, of a client the one that is due first. */
function choose(due: Entry[], step: Step): Entry[] {
  const newest = best(
    due,
    ({ recordId = '' }) => recordId,
    (a, b) => (isOlder(a, b) ? 1 : -1),
  )
  if (step !== 'provision') return newest
  return best(
    newest,
    ({ clientId = '' }) => clientId,
    (a, b) => byDue(a, b) || (a.id < b.id ? -1 : 1),
  )
}

function best(entries: Entry[], key: (entry: Entry) => string, compare: (a: Entry, b: Entry) => number): Entry[] {
  const found = new Map<string, Entry>()
  for (const entry of entries.toSorted(compare)) if (!found.has(key(entry))) found.set(key(entry), entry)
  return [...found.values()]
}

export function lease(model: Model, entry: Entry, worker: string): void {
  Object.assign(entry, {
    state: 'working',
    leaseNo: entry.leaseNo + 1,
    holder: worker,
    leaseUntil: model.now + LEASE_SECONDS,
  })
}

/** What waits for the same record and is older. */
export function olderThan(model: Model, entry: Entry): Entry[] {
  return [...model.entries.values()].filter(
    (other) => other.state === 'pending' && other.recordId === entry.recordId && isOlder(other, entry),
  )
}

export function supersede(entry: Entry, by: string): void {
  Object.assign(entry, { state: 'superseded', supersededBy: by, due: undefined })
}

export function holds(model: Model, worker: string, item: WorkItem): Entry | undefined {
  const entry = model.entries.get(item.notificationId)
  return entry?.state === 'working' && entry.holder === worker && entry.leaseNo === item.leaseNo ? entry : undefined
}

export function settleEntry(model: Model, entry: Entry, settlement: Settlement): void {
  const { state, step, attempts, delayMs, error, failedStep, whmcsClientId, whmcsOrderId, attempt } = settlement
  endLease(entry, attempt.outcome)
  const later = delayMs !== undefined && { at: model.now + delayMs / 1_000, turn: model.turn }
  Object.assign(entry, { state, step, attempts, error, failedStep, due: undefined })
  if (later) entry.due = delayMs === 0 ? entry.received : later
  if (whmcsClientId !== undefined) entry.clientId = whmcsClientId
  if (whmcsOrderId !== undefined) entry.whmcsOrderId = whmcsOrderId
}

/** Back to work at once: after a release, or after a lease that ran out. */
export function putBack(entry: Entry, outcome: 'released' | 'lost'): void {
  endLease(entry, outcome)
  Object.assign(entry, { state: 'pending', due: entry.received })
}

function endLease(entry: Entry, outcome: string): void {
  entry.tried.push([entry.leaseNo, entry.step, entry.holder ?? '', outcome])
  Object.assign(entry, { holder: undefined, leaseUntil: undefined })
}

/** Where a replay goes on; undefined when it has to be refused. */
export function replayStep(model: Model, entry: Entry | undefined, wanted: Step | undefined): Step | undefined {
  if (entry?.recordId === undefined || entry.state === 'pending' || entry.state === 'working') return undefined
  const accepted = model.accepted.has(entry.recordId)
  if (wanted === undefined) return entry.failedStep === 'write_back' && accepted ? 'write_back' : 'callback'
  return wanted === 'write_back' && !accepted ? undefined : wanted
}

export function replayEntry(model: Model, entry: Entry, step: Step): void {
  model.replays += 1
  const gone = { error: undefined, failedStep: undefined, supersededBy: undefined }
  Object.assign(entry, { ...gone, state: 'pending', step, attempts: 0, due: { at: model.now, turn: model.turn } })
}

function sameClient(a: Entry, b: Entry): boolean {
  return a.clientId !== undefined && a.clientId === b.clientId
}

function isOlder(a: Entry, b: Entry): boolean {
  return before(a.received, b.received) || (!before(b.received, a.received) && a.id < b.id)
}

function byDue(a: Entry, b: Entry): number {
  return before(a.due, b.due) ? -1 : Number(before(b.due, a.due))
}

function before(a: Moment | undefined, b: Moment | undefined): boolean {
  if (a === undefined || b === undefined) return false
  return a.at < b.at || (a.at === b.at && a.turn < b.turn)
}

function combinations<T>(all: T[], size: number): T[][] {
  const [first, ...rest] = all
  if (size === 0) return [[]]
  if (first === undefined) return []
  return [...combinations(rest, size - 1).map((some) => [first, ...some]), ...combinations(rest, size)]
}
