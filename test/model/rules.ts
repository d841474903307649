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
  /** Absent: it has ended, or waits until the lease of its record does. */
  due?: Moment
  received: Moment
  clientId?: string | undefined
  whmcsOrderId?: string | undefined
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

/** The notifications of one message. Returns how many were new; of several of one record the last by its id counts. */
export function record(model: Model, notifications: { id: string; recordId?: string }[]): number {
  const received = { at: model.now, turn: model.turn }
  const fresh = new Map<string, Entry>()
  for (const { id, recordId } of notifications) {
    if (model.entries.has(id)) continue
    const entry: Entry = { id, state: 'pending', step: 'callback', attempts: 0, leaseNo: 0, received, tried: [] }
    fresh.set(id, entry)
    model.entries.set(id, entry)
    if (recordId !== undefined) entry.recordId = recordId
    else
      Object.assign(entry, { state: 'ignored', error: { code: 'RECORD_DELETED', message: 'The record was deleted.' } })
  }
  const work = [...fresh.values()].filter(({ state }) => state === 'pending').sort((a, b) => (a.id < b.id ? 1 : -1))
  const newest = new Map<string, Entry>()
  for (const entry of work) {
    const last = newest.get(entry.recordId ?? '')
    if (last) supersede(entry, last.id)
    else newest.set(entry.recordId ?? '', entry)
  }
  for (const entry of newest.values()) arrive(model, entry)
  return fresh.size
}

/** What waits is superseded by it. While another of its record is worked on it is not due. */
function arrive(model: Model, entry: Entry): void {
  const others = [...model.entries.values()].filter((other) => other !== entry && other.recordId === entry.recordId)
  for (const other of others.filter(({ state }) => state === 'pending')) {
    entry.clientId ??= other.clientId
    supersede(other, entry.id)
  }
  const busy = others.some(({ state }) => state === 'working')
  if (!busy) entry.due = { at: model.now, turn: model.turn }
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

/** At provision, of a client the one that is due first. */
function choose(due: Entry[], step: Step): Entry[] {
  if (step !== 'provision') return due
  return best(
    due,
    ({ clientId = '' }) => clientId,
    (a, b) => byDue(a, b) || ((a.recordId ?? '') < (b.recordId ?? '') ? -1 : 1),
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

function supersede(entry: Entry, by: string): void {
  Object.assign(entry, {
    state: 'superseded',
    supersededBy: by,
    due: undefined,
    clientId: undefined,
    failedStep: undefined,
  })
}

export function holds(model: Model, worker: string, item: WorkItem): Entry | undefined {
  const entry = model.entries.get(item.notificationId)
  return entry?.state === 'working' && entry.holder === worker && entry.leaseNo === item.leaseNo ? entry : undefined
}

export function settleEntry(model: Model, entry: Entry, settlement: Settlement): void {
  const { state, step, attempts, delayMs, error, failedStep, whmcsClientId, whmcsOrderId, attempt } = settlement
  const workedAt = entry.step
  endLease(entry, attempt.outcome)
  Object.assign(entry, { state, step, attempts, error, failedStep, due: undefined })
  if (whmcsClientId !== undefined && workedAt !== 'provision') entry.clientId = whmcsClientId
  if (delayMs === undefined) entry.whmcsOrderId = whmcsOrderId
  else entry.due = { at: model.now + delayMs / 1_000, turn: model.turn }
  startOver(model, entry)
  if (delayMs === undefined) entry.clientId = undefined
  if (state === 'completed') overtake(model, entry)
}

/** What completes ends the older dead letters of its record. */
function overtake(model: Model, entry: Entry): void {
  for (const other of model.entries.values()) {
    const isOlder = other.recordId === entry.recordId && !before(entry.received, other.received)
    if (isOlder && other.state === 'dead') supersede(other, entry.id)
  }
}

/** Back in its place: after a release, or after a lease that ran out. */
export function putBack(model: Model, entry: Entry, outcome: 'released' | 'lost'): void {
  endLease(entry, outcome)
  entry.state = 'pending'
  startOver(model, entry)
}

/** One that waited for the lease has its turn now; what has not ended is superseded by it. */
function startOver(model: Model, entry: Entry): void {
  const next = [...model.entries.values()].find(
    (other) => other !== entry && other.recordId === entry.recordId && other.state === 'pending',
  )
  if (next === undefined) return
  next.due = { at: model.now, turn: model.turn }
  next.clientId = entry.clientId
  if (entry.state === 'pending') supersede(entry, next.id)
}

function endLease(entry: Entry, outcome: string): void {
  entry.tried.push([entry.leaseNo, entry.step, entry.holder ?? '', outcome])
  Object.assign(entry, { holder: undefined, leaseUntil: undefined })
}

/** Where a replay goes on; undefined when it has to be refused. */
export function replayStep(model: Model, entry: Entry | undefined, wanted: Step | undefined): Step | undefined {
  if (entry?.recordId === undefined || entry.state === 'pending' || entry.state === 'working') return undefined
  const accepted = model.accepted.has(entry.recordId)
  if (wanted === 'write_back' && !accepted) return undefined
  // What is not in the ledger has no client: it is read first.
  if (wanted === 'provision' && !accepted) return 'callback'
  if (isBusy(model, entry)) return 'callback'
  return wanted ?? (entry.state === 'dead' && entry.step === 'write_back' && accepted ? 'write_back' : 'callback')
}

export function replayEntry(model: Model, entry: Entry, step: Step): void {
  model.replays += 1
  const gone = { error: undefined, failedStep: undefined, supersededBy: undefined, whmcsOrderId: undefined }
  // The client of what was accepted: see accept in world-commands.
  const clientId = step === 'callback' ? undefined : '7'
  Object.assign(entry, { ...gone, state: 'pending', step, attempts: 0, clientId })
  arrive(model, entry)
}

function isBusy(model: Model, entry: Entry): boolean {
  return [...model.entries.values()].some(({ state, recordId }) => state === 'working' && recordId === entry.recordId)
}

function sameClient(a: Entry, b: Entry): boolean {
  return a.clientId !== undefined && a.clientId === b.clientId
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
