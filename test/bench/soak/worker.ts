/** The process that works: records at a steady rate, and takes every notification through its three steps at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import { STEPS, type Step } from '../../../src/domain/notification.ts'
import { numberOf, serveParent } from '../child.ts'
import { openQueue } from '../queue.ts'
import { quantile } from '../table.ts'

const TICK_MS = 100
const BATCH = 200

const queue = openQueue(process.argv[3] ?? '')
let stopped = false
let done = 0
let records: number[] = []
let claims: number[] = []
let settles: number[] = []
let loops: Promise<unknown> = Promise.resolve()

serveParent({
  async start(parcel) {
    loops = Promise.all([record(numberOf(parcel, 'perSecond')), ...STEPS.map(work)])
    return {}
  },
  /** What was measured since the last time. */
  async look() {
    const figures = {
      done,
      'record p50 ms': middle(records),
      'claim p50 ms': middle(claims),
      'claim p99 ms': tail(claims),
      'settle p50 ms': middle(settles),
    }
    done = 0
    records = []
    claims = []
    settles = []
    return figures
  },
  async stop() {
    stopped = true
    await loops
    await queue.close()
    return {}
  },
})

/** By the clock: what a slow commit held up comes at once, as from a sender who waited. */
async function record(perSecond: number): Promise<void> {
  const began = performance.now()
  for (let tick = 1; !stopped; tick++) {
    records.push(await queue.record(Math.max(1, Math.round((perSecond * TICK_MS) / 1_000))))
    await sleep(Math.max(0, began + tick * TICK_MS - performance.now()))
  }
}

async function work(step: Step): Promise<void> {
  while (!stopped) {
    const { items, claimMs, settleMs } = await queue.turn(step, BATCH)
    claims.push(claimMs)
    if (items > 0) settles.push(settleMs)
    if (step === 'write_back') done += items
    await sleep(TICK_MS)
  }
}

function middle(times: number[]): number {
  return quantile(
    times.toSorted((a, b) => a - b),
    0.5,
  )
}

function tail(times: number[]): number {
  return quantile(
    times.toSorted((a, b) => a - b),
    0.99,
  )
}
