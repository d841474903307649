/** Prometheus metrics. Names begin with soapstone_; labels hold codes, never ids. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface LedgerCounts {
  state: string
  step: string
  notifications: number
  oldestSeconds: number
}

export interface MetricsSources {
  /** Open notifications and dead letters, read from the ledger when Prometheus asks. */
  counts: () => Promise<LedgerCounts[]>
  stages: () => { step: string; held: number; open: boolean }[]
  waiting: () => number
}

export interface Metrics {
  received(received: { result: string; notifications: number; duplicates: number }): void
  attempted(attempt: { step: string; outcome: string; code: string; seconds: number }): void
  acked(seconds: number): void
  rescued(notifications: number): void
  retired(notifications: number): void
  /** The page that Prometheus reads. */
  page(): Promise<{ type: string; text: string }>
}

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'soapstone_' })
  const registers = [registry]

  const messages = new Counter({
    name: 'soapstone_messages_total',
    help: 'Outbound messages by result: stored, foreign (stored, never worked on), try-again, malformed, refused.',
    labelNames: ['result'],
    registers,
  })
  const notifications = new Counter({
    name: 'soapstone_notifications_total',
    help: 'Notifications acknowledged; duplicate: known already.',
    labelNames: ['kind'],
    registers,
  })
  const acks = new Histogram({
    name: 'soapstone_ack_seconds',
    help: 'From the request to the end of its answer.',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const attempts = new Counter({
    name: 'soapstone_attempts_total',
    help: 'Attempts by step, outcome and failure code.',
    labelNames: ['step', 'outcome', 'code'],
    registers,
  })
  const runs = new Histogram({
    name: 'soapstone_attempt_seconds',
    help: 'Duration of the run that an attempt was part of.',
    labelNames: ['step'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })
  const rescues = new Counter({
    name: 'soapstone_rescued_total',
    help: 'Notifications whose worker let its lease run out.',
    registers,
  })
  const retirements = new Counter({
    name: 'soapstone_retired_total',
    help: 'Notifications removed by this process because they were final and old.',
    registers,
  })
  const labelled = { labelNames: ['state', 'step'], registers }
  const open = new Gauge({
    name: 'soapstone_ledger_notifications',
    help: 'Open notifications and dead letters.',
    ...labelled,
  })
  const oldest = new Gauge({ name: 'soapstone_ledger_oldest_seconds', help: 'Age of the oldest of them.', ...labelled })
  const held = new Gauge({
    name: 'soapstone_stage_held',
    help: 'Leased by this process.',
    labelNames: ['step'],
    registers,
  })
  const paused = new Gauge({
    name: 'soapstone_stage_paused',
    help: '1: stands still.',
    labelNames: ['step'],
    registers,
  })
  const waiting = new Gauge({
    name: 'soapstone_recorder_waiting',
    help: 'Messages that wait for their commit.',
    registers,
  })

  return {
    received({ result, notifications: count, duplicates }) {
      messages.inc({ result })
      notifications.inc({ kind: 'new' }, count - duplicates)
      notifications.inc({ kind: 'duplicate' }, duplicates)
    },
    attempted({ step, outcome, code, seconds }) {
      attempts.inc({ step, outcome, code })
      runs.observe({ step }, seconds)
    },
    acked: (seconds) => acks.observe(seconds),
    rescued: (count) => rescues.inc(count),
    retired: (count) => retirements.inc(count),
    async page() {
      waiting.set(sources.waiting())
      for (const stage of sources.stages()) {
        held.set({ step: stage.step }, stage.held)
        paused.set({ step: stage.step }, stage.open ? 1 : 0)
      }
      open.reset()
      oldest.reset()
      // Metrics of the process are worth having even when the ledger is away: that is when they are read.
      for (const row of await sources.counts().catch(() => [])) {
        open.set({ state: row.state, step: row.step }, row.notifications)
        oldest.set({ state: row.state, step: row.step }, row.oldestSeconds)
      }
      return { type: registry.contentType, text: await registry.metrics() }
    },
  }
}
