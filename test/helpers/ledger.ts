/** A ledger of its own, with what a test of it does again and again. */
import type { Test } from 'tap'
import type { Message, Notification, Step, WorkItem } from '../../src/domain/notification.ts'
import { type Outcome, toSettlement } from '../../src/domain/outcome.ts'
import { openPool, type Pool } from '../../src/ledger/postgres/pool.ts'
import type { Runner } from '../../src/ledger/postgres/query.ts'
import { createRecorder } from '../../src/ledger/record/recorder.ts'
import type { Vault } from '../../src/ledger/record/vault.ts'
import { createDocuments, type Documents } from '../../src/ledger/work/documents.ts'
import { createPauses, type Pauses } from '../../src/ledger/work/pauses.ts'
import { createQueue, type Queue } from '../../src/ledger/work/queue.ts'
import { createSessions, type Sessions } from '../../src/ledger/work/sessions.ts'
import { message, ORGANIZATION } from './messages.ts'
import { createLedger, type DatabaseOptions } from './postgres.ts'

/** All that a process does with the work of the organisation. */
export type Worker = Queue & Pauses & Documents & Sessions

export interface Bench {
  url: string
  pool: Pool
  /** One statement; its rows, of which the columns that are asked for are text. */
  rows(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  /** The first column of the first row. */
  value(sql: string, values?: unknown[]): Promise<unknown>
  /** Records the message, as one statement. */
  record(message: Message, vault?: Vault): Promise<void>
  /** Records each in a message of its own, one after the other: the order of arrival is theirs. */
  recordEach(notifications: Notification[]): Promise<void>
  /** The order is accepted in WHMCS, as a settlement of provision writes it. */
  accept(orderId: string, serviceIds?: Record<string, string>): Promise<void>
  worker(name: string, vault?: Vault): Worker
}

export async function createBench(t: Test, options?: DatabaseOptions): Promise<Bench> {
  const { url, pool } = await createLedger(t, options)
  return benchOn(url, pool)
}

/** On the database of a service that runs, say. */
export function createBenchOn(t: Test, url: string): Bench {
  const pool = openPool({ url, connections: 2, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  return benchOn(url, pool)
}

function benchOn(url: string, pool: Pool): Bench {
  const rows = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows
  const record = async (given: Message, vault?: Vault) => {
    await createRecorder({ runner: pool, ...(vault && { vault }) }).record(given)
  }
  return {
    url,
    pool,
    rows,
    value: async (sql, values) => Object.values((await rows(sql, values))[0] ?? {})[0],
    record,
    async recordEach(notifications) {
      for (const one of notifications) await record(message([one]))
    },
    async accept(orderId, serviceIds = {}) {
      await rows(
        `update ledger.provisioning set state = 'accepted', service_ids = $2, accepted_at = now()
         where order_id = $1 and state = 'added'`,
        [orderId, serviceIds],
      )
    },
    worker: (name, vault) => createWorker(pool, name, vault),
  }
}

export function createWorker(runner: Runner, worker: string, vault?: Vault): Worker {
  // Tests turn the clock of the ledger: what is due has to be asked for each time.
  let time = 0
  const now = () => {
    time += 60_000
    return time
  }
  const mine = { runner, worker, organizationId: ORGANIZATION, now }
  return {
    ...createQueue({ ...mine, leaseSeconds: 30, ...(vault && { vault }) }),
    ...createPauses(mine),
    ...createDocuments(mine),
    ...createSessions(mine),
  }
}

/** Counts statements by name, and lets them through. */
export function counting(runner: Runner): Runner & { readonly names: string[] } {
  const names: string[] = []
  return {
    names,
    query(config) {
      names.push(config.name ?? '')
      return runner.query(config)
    },
  }
}

const POLICY = { schedule: [1_000, 60_000], unknownDelayMs: 60_000, pauseDelayMs: 60_000, random: () => 0.5 }

/** Claims and settles with the rules of the domain. Returns the items whose lease was lost. */
export function settleAll(worker: Queue, step: Step, items: WorkItem[], outcome: Outcome): Promise<WorkItem[]> {
  return worker.settle(
    step,
    items.map((item) => ({ item, settlement: toSettlement(item, outcome, POLICY) })),
  )
}

/** Takes one step with all that is due, up to 100. */
export async function pass(worker: Queue, step: Step, outcome: Outcome): Promise<WorkItem[]> {
  const items = await worker.claim(step, 100)
  await settleAll(worker, step, items, outcome)
  return items
}

/** What was promised, and did not come: for Promise.allSettled and for errors with a SQLSTATE. */
export function sqlState(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error
}
