/** What workers do to the ledger; each says what has to come of it. */
import { deepStrictEqual, ok } from 'node:assert'
import { STEPS, type Step, type WorkItem } from '../../src/domain/notification.ts'
import { type Outcome, toSettlement } from '../../src/domain/outcome.ts'
import { type Command, command, count, type Real } from './command.ts'
import type { Entry, Model } from './rules.ts'
import * as rules from './rules.ts'

/** Jitter is off: a schedule in tens of seconds, none of which is a multiple of how time passes. */
const POLICY = { schedule: [10_000, 50_000], unknownDelayMs: 90_000, pauseDelayMs: 10_000, random: () => 0.5 }

/** `nth` of the steps at which something is due, or of all. */
export function claim(worker: string, nth: number, limit: number): Command {
  return command(`${worker}.claim(step ${nth} of those due, ${limit})`, async (model, real) => {
    const step =
      pick(
        STEPS.filter((one) => rules.claimable(model, one).length > 0),
        nth,
      ) ??
      STEPS[nth % 3] ??
      'callback'
    const possible = rules.possibleClaims(model, step, limit)
    const items = (await real.workers.get(worker)?.claim(step, limit)) ?? []
    const names = possible.map((entries) => entries.map(({ id }) => id).sort())
    const got = items.map(({ notificationId }) => notificationId).sort()
    const found = names.findIndex((ids) => ids.join() === got.join())
    ok(found >= 0, `claimed ${got.join() || 'nothing'}; expected ${names.join(' or ') || 'nothing'}`)
    take(model, real, worker, items)
  })
}

/** Workers that claim at the same moment: who gets what is open, what they may get is not. */
export function claimTogether(step: Step, limit: number): Command {
  return command(`everybody.claim(${step}, ${limit})`, async (model, real) => {
    const before = new Map(rules.claimable(model, step).map((entry) => [entry.id, entry]))
    const workers = [...real.workers]
    const claims = await Promise.all(workers.map(([, worker]) => worker.claim(step, limit)))
    const all = claims.flat().map(({ notificationId }) => before.get(notificationId))
    deepStrictEqual(all.length > 0, before.size > 0, 'somebody gets something, if there is anything')
    ok(!all.includes(undefined), 'only what may be claimed')
    unique(all.map((entry) => entry?.recordId))
    if (step === 'provision') unique(all.flatMap((entry) => entry?.clientId ?? []))
    for (const [i, items] of claims.entries()) {
      ok(items.length <= limit)
      take(model, real, workers[i]?.[0] ?? '', items)
    }
  })
}

/** All that a worker believes to hold at one step, or the first of it: its lease may be lost long since. */
export function settleSome(nth: number, which: 'first' | 'all', outcome: Outcome): Command {
  const what = outcome.kind === 'fail' ? `fail ${outcome.failure.code}` : JSON.stringify(outcome)
  return command(`holder ${nth}: settle(${which}, ${what})`, async (model, { workers, seen }) => {
    const { worker, memory } = holder(model, nth)
    const step = memory[0]?.step
    if (step === undefined) return
    const items = memory.filter((item) => item.step === step).slice(0, which === 'first' ? 1 : memory.length)
    const settled = items.map((item) => ({ item, settlement: toSettlement(item, outcome, POLICY) }))
    const lost = await workers.get(worker)?.settle(step, settled)
    const expected = items.filter((item) => !rules.holds(model, worker, item))
    deepStrictEqual(lost, expected)
    for (const { item, settlement } of settled) {
      const entry = rules.holds(model, worker, item)
      if (entry) rules.settleEntry(model, entry, settlement)
    }
    forget(model, worker, items)
    count(seen, 'settled', items.length - expected.length)
    count(seen, 'settled too late', expected.length)
  })
}

export function renew(nth: number): Command {
  return command(`holder ${nth}: renew()`, async (model, { workers, seen }) => {
    const { worker, memory: items } = holder(model, nth)
    const lost = (await workers.get(worker)?.renew(items)) ?? []
    const expected = items.filter((item) => !rules.holds(model, worker, item))
    deepStrictEqual(lost, expected)
    for (const item of items) {
      const entry = rules.holds(model, worker, item)
      if (entry) entry.leaseUntil = model.now + rules.LEASE_SECONDS
    }
    count(seen, 'renewed', items.length - expected.length)
  })
}

export function release(nth: number, most: number): Command {
  return command(`holder ${nth}: release(${most})`, async (model, { workers, seen }) => {
    const { worker, memory } = holder(model, nth)
    const items = memory.slice(0, most)
    await workers.get(worker)?.release(items)
    for (const item of items) {
      const entry = rules.holds(model, worker, item)
      if (!entry) continue
      rules.putBack(model, entry, 'released')
      count(seen, 'released')
    }
    forget(model, worker, items)
  })
}

export function rescue(worker: string): Command {
  return command(`${worker}.rescue()`, async (model, { workers, seen }) => {
    const expired = [...model.entries.values()].filter(({ leaseUntil }) => (leaseUntil ?? model.now) < model.now)
    const rescued = (await workers.get(worker)?.rescue()) ?? []
    const expected = expired.map(({ id, holder }) => ({ worker: holder, notificationId: id }))
    deepStrictEqual(rescued.map(text).sort(), expected.map(text).sort())
    for (const entry of expired) rules.putBack(model, entry, 'lost')
    count(seen, 'rescued', expired.length)
  })
}

/** The process ends: nothing but its leases is left of it. */
export function crash(worker: string): Command {
  return command(`${worker}.crash()`, async (model) => {
    model.memory.set(worker, [])
  })
}

export function pause(worker: string, step: Step, seconds: number): Command {
  return command(`${worker}.pause(${step}, ${seconds})`, async (model, { workers }) => {
    await workers.get(worker)?.pause(step, { seconds, code: 'SALESFORCE_LIMIT', message: 'no more today' })
    model.pauses.set(step, Math.max(model.pauses.get(step) ?? 0, model.now + seconds))
  })
}

export function resume(worker: string, step: Step): Command {
  return command(`${worker}.resume(${step})`, async (model, { workers }) => {
    await workers.get(worker)?.resume(step)
    model.pauses.delete(step)
  })
}

/** One of the workers that believe to hold something. */
function holder(model: Model, nth: number): { worker: string; memory: WorkItem[] } {
  const [worker = '', memory = []] =
    pick(
      [...model.memory].filter(([, items]) => items.length > 0),
      nth,
    ) ?? []
  return { worker, memory }
}

function pick<T>(all: T[], nth: number): T | undefined {
  return all[nth % all.length]
}

function take(model: Model, real: Real, worker: string, items: WorkItem[]): void {
  for (const item of items) {
    const entry = model.entries.get(item.notificationId)
    if (entry === undefined) throw new Error('an item that nobody recorded')
    rules.lease(model, entry, worker)
    deepStrictEqual(told(item), expectedItem(model, entry))
  }
  model.memory.set(worker, [...(model.memory.get(worker) ?? []), ...items])
  count(real.seen, 'claimed', items.length)
}

/** What the model knows of an item. */
function told({ notificationId, recordId, leaseNo, step, attempts, whmcsOrderId, failed }: WorkItem) {
  return { notificationId, recordId, leaseNo, step, attempts, whmcsOrderId, failed }
}

function expectedItem(model: Model, entry: Entry): ReturnType<typeof told> {
  const { id: notificationId, recordId = '', leaseNo, step, attempts, error, failedStep } = entry
  const whmcsOrderId = model.accepted.get(recordId)
  const failed = failedStep && { step: failedStep, code: error?.code ?? '', message: error?.message ?? '' }
  return { notificationId, recordId, leaseNo, step, attempts, whmcsOrderId, failed }
}

function forget(model: Model, worker: string, items: WorkItem[]): void {
  model.memory.set(worker, model.memory.get(worker)?.filter((item) => !items.includes(item)) ?? [])
}

function unique(values: unknown[]): void {
  deepStrictEqual(new Set(values).size, values.length, 'no record and no client twice')
}

function text(object: object): string {
  return JSON.stringify(object)
}
