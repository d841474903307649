/** graphile-worker with a task that does nothing: as it comes, and with the batching that its handbook offers. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, makeWorkerUtils, type RunnerOptions, run } from 'graphile-worker'
import pg from 'pg'
import type { Drainer } from './contender.ts'

/** The figures of graphile-worker's own performance test. */
const BATCHES = { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } }

export async function createGraphileWorker(url: string, kind: 'single' | 'batches'): Promise<Drainer> {
  const pool = new pg.Pool({ connectionString: url, max: 26 })
  const onError = (error: unknown) => void process.stderr.write(`${error}\n`)
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  const logger = new Logger(() => () => {})
  const utils = await makeWorkerUtils({ pgPool: pool, logger })
  await utils.migrate()
  let began = () => {}
  let left = 0
  let ran = () => {}
  let stopping = Promise.resolve()
  const options: RunnerOptions = {
    pgPool: pool,
    logger,
    concurrency: 24,
    noHandleSignals: true,
    taskList: {
      noop: async () => {
        began()
        left -= 1
        if (left === 0) ran()
      },
    },
    ...(kind === 'batches' && { preset: BATCHES }),
  }
  const countJobs = async () => {
    const { rows } = await pool.query<{ n: number }>('select count(*)::integer as n from graphile_worker._private_jobs')
    return rows[0]?.n ?? 0
  }
  return {
    steps: 1,
    async fill(jobs) {
      await stopping
      for (let i = 0; i < jobs; i += 1_000) {
        const length = Math.min(1_000, jobs - i)
        await utils.addJobs(Array.from({ length }, (_, k) => ({ identifier: 'noop', payload: { number: i + k } })))
      }
      return async () => {
        left = jobs
        const all = new Promise<void>((resolve) => {
          ran = resolve
        })
        const runner = await run(options)
        await all
        // Completing is deleting: they are done when none is there.
        while ((await countJobs()) > 0) await sleep(2)
        // Not counted: the others' clocks have stopped here as well.
        stopping = runner.stop()
      }
    },
    async wait() {
      await run(options)
      return async () => {
        const start = new Promise<number>((resolve) => {
          began = () => resolve(performance.now())
        })
        await utils.addJob('noop', {})
        const committed = performance.now()
        const ms = Math.max(0, (await start) - committed)
        while ((await countJobs()) > 0) await sleep(2)
        await sleep(20)
        return ms
      }
    },
  }
}
