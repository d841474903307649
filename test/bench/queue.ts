/** Our ledger by its own statements, without HTTP and without stages: what a commit, a claim and a settlement take. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Step } from '../../src/domain/notification.ts'
import { type Outcome, toSettlement } from '../../src/domain/outcome.ts'
import { LOOKS_UP_BY_KEY, ONE_PLAN, openPool, type Pool } from '../../src/ledger/postgres/pool.ts'
import { createRecorder } from '../../src/ledger/record/recorder.ts'
import { createQueue } from '../../src/ledger/work/queue.ts'
import { message, notification, ORGANIZATION } from '../helpers/messages.ts'
import { notificationId, recordId } from '../helpers/old-ledger.ts'

export interface Queue {
  pool: Pool
  /** One message of that many notifications; resolves with the ms until its commit was known. */
  record(notifications: number): Promise<number>
  /** Claims up to so many at a step and settles them: on to the next step, or done. */
  turn(step: Step, limit: number): Promise<Turn>
  close(): Promise<void>
}

export interface Turn {
  items: number
  claimMs: number
  settleMs: number
}

/** Above all rows that are filled in by SQL. */
const FIRST = 500_000_000_000

const OUTCOMES: Record<Step, (recordId: string) => Outcome> = {
  // Each order of another client, or they would be provisioned one after the other.
  callback: (recordId) => ({ kind: 'advance', step: 'provision', whmcsClientId: recordId }),
  provision: (recordId) => ({ kind: 'advance', step: 'write_back', whmcsOrderId: recordId }),
  write_back: () => ({ kind: 'complete' }),
}
const POLICY = { schedule: [], unknownDelayMs: 0, pauseDelayMs: 0, random: Math.random }

export function openQueue(url: string): Queue {
  const onError = (error: unknown) => void process.stderr.write(`${error}\n`)
  const ingestPool = openPool({ url, connections: 3, name: 'soapstone bench recorder', settings: ONE_PLAN, onError })
  const pool = openPool({ url, connections: 2, name: 'soapstone bench reader', onError })
  const workPool = openPool({ url, connections: 8, name: 'soapstone bench worker', settings: LOOKS_UP_BY_KEY, onError })
  const recorder = createRecorder({ runner: ingestPool })
  const worker = `bench-${process.pid}`
  const queue = createQueue({ runner: workPool, worker, organizationId: ORGANIZATION, leaseSeconds: 300 })
  // By the clock: a process that comes later has others.
  let last = FIRST + (Date.now() % 10_000_000) * 50_000
  const next = () => {
    last += 1
    return notification({ notificationId: notificationId(last), recordId: recordId(last) })
  }
  return {
    pool,
    async record(notifications) {
      const began = performance.now()
      await recorder.record(message(Array.from({ length: notifications }, next)))
      return performance.now() - began
    },
    async turn(step, limit) {
      const began = performance.now()
      const items = await queue.claim(step, limit)
      const claimed = performance.now()
      const settled = items.map((item) => ({
        item,
        settlement: toSettlement(item, OUTCOMES[step](item.recordId), POLICY),
      }))
      if (settled.length > 0) await queue.settle(step, settled)
      return { items: items.length, claimMs: claimed - began, settleMs: performance.now() - claimed }
    },
    async close() {
      await recorder.drain()
      await Promise.all([ingestPool.end(), pool.end(), workPool.end()])
    },
  }
}

/** So many senders, each with the next message as soon as the last is Acked; the ms of each. */
export async function recordFor(queue: Queue, { seconds, senders }: { seconds: number; senders: number }) {
  const times: number[] = []
  let stopped = false
  const send = async () => {
    while (!stopped) times.push(await queue.record(1))
  }
  const all = Promise.all(Array.from({ length: senders }, send))
  await sleep(seconds * 1_000)
  stopped = true
  await all
  return times.sort((a, b) => a - b)
}
