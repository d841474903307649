/** Tells the ledger every now and then that this process is alive. */
import { readFileSync } from 'node:fs'
import { createHeartbeat } from '../ledger/people/workers.ts'
import type { Runner } from '../ledger/postgres/query.ts'
import { every, type Running } from '../runtime/every.ts'
import type { Log } from '../runtime/log.ts'

const BEAT_MS = 15_000

/** The worst first: what one organisation has to worry about must not be hidden by another. */
const MARKERS = ['unreadable', 'unknown', 'readable']

export interface HeartbeatOptions {
  runner: Runner
  worker: string
  /** Whether WHMCS_MARKER can be read back, of each organisation. */
  markers: () => string[]
  log: Log
}

export function startHeartbeat({ runner, worker, markers, log }: HeartbeatOptions): Running {
  const { version } = JSON.parse(readFileSync(new URL(import.meta.resolve('#package')), 'utf8'))
  const heartbeat = createHeartbeat(runner, { worker, version: String(version) })
  const worst = () => MARKERS.find((one) => markers().includes(one)) ?? 'none'
  const beating = every(
    {
      name: 'heartbeat',
      everyMs: BEAT_MS,
      firstMs: 0,
      async turn() {
        await heartbeat.beat(worst())
        return undefined
      },
    },
    { onFailed: (error) => log.warn({ err: error }, 'heartbeat.failed') },
  )
  return {
    async stop() {
      await beating.stop()
      // It is forgotten after a minute anyway.
      await heartbeat.leave().catch(() => {})
    },
  }
}
