/** The process that drains: one contender and a database of its own. */
import { numberOf, serveParent } from '../child.ts'
import { createGraphileWorker } from './graphile-worker.ts'
import { createOurs } from './ours.ts'
import { createPgBoss } from './pg-boss.ts'

export interface Drainer {
  /** Puts that many jobs in; returns what does them all and resolves when the last one is settled. */
  fill(jobs: number): Promise<() => Promise<void>>
  /** Begins to wait for work; returns what puts one job in and resolves with the ms from its commit to its start. */
  wait(): Promise<() => Promise<number>>
  /** How many steps one job is. */
  steps: number
}

const CONTENDERS: Record<string, (databaseUrl: string) => Promise<Drainer>> = {
  ours: (url) => createOurs(url, {}),
  'ours, every step in batches': (url) =>
    createOurs(url, { provision: { runSize: 400, concurrency: 2, maxLeased: 800 }, readsOn: true }),
  'ours, as serve has it': (url) => createOurs(url, {}),
  'ours, PROVISION_CONCURRENCY=24': (url) =>
    createOurs(url, { provision: { runSize: 1, concurrency: 24, maxLeased: 144, settleGatherMs: 20 } }),
  'graphile-worker': (url) => createGraphileWorker(url, 'single'),
  'graphile-worker, 24 at a time': (url) => createGraphileWorker(url, 'single'),
  'graphile-worker, 24, in batches': (url) => createGraphileWorker(url, 'batches'),
  'pg-boss': createPgBoss,
  'pg-boss, 8 fetches of 50': createPgBoss,
}

const [name = '', databaseUrl = ''] = process.argv.slice(2)

async function open(): Promise<Drainer> {
  const create = CONTENDERS[name]
  if (!create) throw new Error(`no contender ${name}`)
  return create(databaseUrl)
}

serveParent({
  async drain(parcel) {
    const drainer = await open()
    const jobs = numberOf(parcel, 'jobs')
    // A few first, so that the compiler has seen everything.
    await (await drainer.fill(Math.min(500, jobs)))()
    const run = await drainer.fill(jobs)
    const began = performance.now()
    await run()
    const seconds = (performance.now() - began) / 1_000
    return {
      'jobs/s': (jobs * drainer.steps) / seconds,
      ...(drainer.steps > 1 && { 'notifications/s': jobs / seconds }),
    }
  },
  /** Works on whatever others put in, until it is ended. */
  async work() {
    await (await open()).wait()
    return {}
  },
  async latency(parcel) {
    const one = await (await open()).wait()
    for (let i = 0; i < 3; i++) await one()
    const times: number[] = []
    for (let i = 0; i < numberOf(parcel, 'records'); i++) times.push(await one())
    times.sort((a, b) => a - b)
    return { 'p50 ms': times[Math.floor(times.length / 2)], 'p99 ms': times[Math.floor(times.length * 0.99)] }
  },
})
