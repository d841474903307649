/** Our stages over a real ledger, with the figures of src/service/stages.ts; what a step does is nothing. */
import { setTimeout as sleep } from 'node:timers/promises'
import { STEPS, type Step } from '../../../src/domain/notification.ts'
import type { Outcome } from '../../../src/domain/outcome.ts'
import { LOOKS_UP_BY_KEY, ONE_PLAN, openPool } from '../../../src/ledger/postgres/pool.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { migrate } from '../../../src/ledger/schema/migrate.ts'
import { createStatistics } from '../../../src/ledger/upkeep/statistics.ts'
import { createPauses } from '../../../src/ledger/work/pauses.ts'
import { createQueue } from '../../../src/ledger/work/queue.ts'
import { createBreaker } from '../../../src/pipeline/stage/breaker.ts'
import { createStage, type Stage, type StageOptions } from '../../../src/pipeline/stage/stage.ts'
import { createLog } from '../../../src/runtime/logger.ts'
import { createWaker, type Waker } from '../../../src/runtime/waker.ts'
import { message, notification, ORGANIZATION } from '../../helpers/messages.ts'
import type { Drainer } from './contender.ts'

const BATCHES = { runSize: 400, concurrency: 2, maxLeased: 800 }
const READ_AHEAD = 1_000

type Amounts = Pick<StageOptions, 'runSize' | 'concurrency' | 'maxLeased' | 'settleGatherMs'>

const OUTCOMES: Record<Step, (recordId: string) => Outcome> = {
  // Each order of another client, or they would be provisioned one after the other.
  callback: (recordId) => ({ kind: 'advance', step: 'provision', whmcsClientId: recordId }),
  provision: (recordId) => ({ kind: 'advance', step: 'write_back', whmcsOrderId: recordId }),
  write_back: () => ({ kind: 'complete' }),
}

export interface Ours extends Drainer {
  /** Works on whatever there is, beside other processes; returns what tells how many it has completed. */
  join(): () => number
}

export async function createOurs(url: string, more: { provision?: Amounts; readsOn?: true }): Promise<Ours> {
  await migrate(url)
  const onError = (error: unknown) => void process.stderr.write(`${error}\n`)
  const ingestPool = openPool({ url, connections: 3, name: 'soapstone bench recorder', settings: ONE_PLAN, onError })
  const workPool = openPool({ url, connections: 8, name: 'soapstone bench worker', settings: LOOKS_UP_BY_KEY, onError })
  const mine = { runner: workPool, worker: `bench-${process.pid}`, organizationId: ORGANIZATION }
  const queue = createQueue({ ...mine, leaseSeconds: 30 })
  const pauses = createPauses(mine)
  const statistics = createStatistics(workPool)
  const log = createLog('warn')
  const amounts: Record<Step, Amounts> = {
    callback: BATCHES,
    provision: more.provision ?? { runSize: 1, concurrency: 4, maxLeased: 24, settleGatherMs: 20 },
    write_back: BATCHES,
  }
  let left = 0
  let completed = 0
  let emptied = () => {}
  let began = () => {}
  let stages: Stage[] = []
  const wakers: Record<Step, Waker> = { callback: createWaker(), provision: createWaker(), write_back: createWaker() }
  const recorder = createRecorder({ runner: ingestPool, onRecorded: wakers.callback.wake })

  const stageOf = (step: Step): Stage =>
    createStage({
      ...amounts[step],
      step,
      queue,
      pauses,
      run: async (items) => {
        if (step === 'callback') began()
        return items.map(({ recordId }) => OUTCOMES[step](recordId))
      },
      gatherMs: 0,
      ...(step === 'callback' &&
        !more.readsOn && {
          mayClaim: async (wanted) => Math.min(wanted, READ_AHEAD - (await queue.backlog('provision', READ_AHEAD))),
        }),
      policy: { schedule: [], unknownDelayMs: 0, pauseDelayMs: 0, random: Math.random },
      breaker: createBreaker({ threshold: 5, coolDowns: [5_000] }),
      leaseMs: 30_000,
      waker: wakers[step],
      pollMs: 1_000,
      now: () => performance.now(),
      log,
      onAttempt: ({ settlement }) => {
        if (settlement.state !== 'completed') return
        left -= 1
        completed += 1
        if (left === 0) emptied()
      },
      onDue: (next) => wakers[next].wake(),
    })

  function start(): void {
    stages = STEPS.map(stageOf)
    for (const stage of stages) stage.start()
  }

  return {
    steps: STEPS.length,
    async fill(jobs) {
      const messages = Array.from({ length: Math.ceil(jobs / 100) }, (_, i) =>
        message(Array.from({ length: Math.min(100, jobs - i * 100) }, () => notification())),
      )
      await Promise.all(messages.map((one) => recorder.record(one)))
      // Upkeep's part of serve: a ledger that has grown is analysed.
      await statistics.refresh()
      left = jobs
      return async () => {
        const done = new Promise<void>((resolve) => {
          emptied = resolve
        })
        start()
        await done
        await Promise.all(stages.map((stage) => stage.stop(1_000)))
        stages = []
      }
    },
    join() {
      start()
      return () => completed
    },
    async wait() {
      start()
      return async () => {
        const done = new Promise<void>((resolve) => {
          emptied = resolve
        })
        const start = new Promise<number>((resolve) => {
          began = () => resolve(performance.now())
        })
        left = 1
        await recorder.record(message())
        const committed = performance.now()
        const ms = Math.max(0, (await start) - committed)
        await done
        // Until every stage has looked around once more and gone to rest.
        await sleep(20)
        return ms
      }
    },
  }
}
