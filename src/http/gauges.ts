/** Metrics that are read when Prometheus asks: of the ledger, the stages and the recorder of this process. */
import { Gauge, type Registry } from 'prom-client'

export interface LedgerCounts {
  organization: string
  state: string
  step: string
  notifications: number
  oldestSeconds: number
}

export interface StageGauge {
  organization: string
  step: string
  leased: number
  paused: boolean
}

export interface PoolGauge {
  pool: string
  /** Connections that are open, and those of them that are in use. */
  open: number
  busy: number
  /** At most this many. */
  most: number
}

export interface Sources {
  /** Open notifications and dead letters. */
  counts: () => Promise<LedgerCounts[]>
  stages: () => StageGauge[]
  /** Messages that wait for their commit. */
  waiting: () => number
  pools: () => PoolGauge[]
}

export function watchSources(registry: Registry, sources: Sources): void {
  watchLedger(registry, sources.counts)
  watchStages(registry, sources.stages)
  watchPools(registry, sources.pools)
  new Gauge({
    name: 'soapstone_recorder_waiting',
    help: 'Messages that wait for their commit.',
    registers: [registry],
    collect() {
      this.set(sources.waiting())
    },
  })
}

function watchLedger(registry: Registry, counts: Sources['counts']): void {
  const labelled = { labelNames: ['organization', 'state', 'step'], registers: [registry] }
  // The other metrics must come even when the ledger is away: that is when people read them.
  const read = shared(() => counts().catch(() => []))
  new Gauge({
    name: 'soapstone_ledger_notifications',
    help: 'Open notifications and dead letters.',
    ...labelled,
    async collect() {
      const rows = await read()
      this.reset()
      for (const { organization, state, step, notifications } of rows) {
        this.set({ organization, state, step }, notifications)
      }
    },
  })
  new Gauge({
    name: 'soapstone_ledger_oldest_seconds',
    help: 'Age of the oldest of them.',
    ...labelled,
    async collect() {
      const rows = await read()
      this.reset()
      for (const { organization, state, step, oldestSeconds } of rows) {
        this.set({ organization, state, step }, oldestSeconds)
      }
    },
  })
}

/** Who asks while an answer is on its way gets the same one. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined
    })
    return asked
  }
}

function watchPools(registry: Registry, pools: Sources['pools']): void {
  const registers = [registry]
  new Gauge({
    name: 'soapstone_pool_connections',
    help: 'Connections to Postgres by pool: idle, or busy with a statement.',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const { pool, open, busy } of pools()) {
        this.set({ pool, state: 'busy' }, busy)
        this.set({ pool, state: 'idle' }, Math.max(0, open - busy))
      }
    },
  })
  new Gauge({
    name: 'soapstone_pool_connections_max',
    help: 'Connections that the pool may have.',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const { pool, most } of pools()) this.set({ pool }, most)
    },
  })
}

function watchStages(registry: Registry, stages: Sources['stages']): void {
  const labelled = { labelNames: ['organization', 'step'], registers: [registry] }
  new Gauge({
    name: 'soapstone_stage_leased',
    help: 'Leased by this process.',
    ...labelled,
    collect() {
      for (const { organization, step, leased } of stages()) this.set({ organization, step }, leased)
    },
  })
  new Gauge({
    name: 'soapstone_stage_paused',
    help: '1: stands still, or probes after it stood still.',
    ...labelled,
    collect() {
      for (const { organization, step, paused } of stages()) this.set({ organization, step }, paused ? 1 : 0)
    },
  })
}
