/** Prometheus metrics. Names begin with soapstone_; labels hold codes, never ids. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { AckCount } from './ack-counts.ts'
import { type CallMetrics, createCallMetrics } from './call-metrics.ts'
import { createEventMetrics, type EventMetrics } from './event-metrics.ts'
import { type Sources, watchSources } from './gauges.ts'

export interface Metrics extends CallMetrics {
  received(received: { result: string; notifications: number; duplicates: number }): void
  attempted(attempt: { organization: string; step: string; outcome: string; code: string; seconds: number }): void
  /** A notification has come to its end. `outcome`: its state; `seconds`: since it was received. */
  ended(end: { organization: string; outcome: string; seconds: number }): void
  acked(seconds: number): void
  /** Acks since the start, by how long they took: each class with those that were quicker. */
  ackCounts(): Promise<AckCount[]>
  /** A connection that was not taken. */
  dropped(reason: string): void
  /** What may be an attack. */
  security(kind: string, count: number): void
  /** A try to tell a webhook: delivered, waiting (tried again later), failed. */
  delivered(result: string): void
  rescued(rescued: { organization: string; notifications: number }): void
  retired(notifications: number): void
  events: EventMetrics
  /** Adds what is read from these whenever the page is. */
  watch(sources: Sources): void
  /** The page that Prometheus reads. */
  page(): Promise<{ type: string; text: string }>
}

export function createMetrics(registry = new Registry()): Metrics {
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
    help: 'From the request to the end of its Ack; of what was refused there is none.',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })
  const drops = new Counter({
    name: 'soapstone_connections_dropped_total',
    help: 'Connections that were not taken: too many, too many of one address, no file descriptor.',
    labelNames: ['reason'],
    registers,
  })
  const security = new Counter({
    name: 'soapstone_security_events_total',
    help: 'What may be an attack, by kind: wrong_key, address_refused and others, and burst_... of many at a time.',
    labelNames: ['kind'],
    registers,
  })
  const attempts = new Counter({
    name: 'soapstone_attempts_total',
    help: 'Attempts by organisation, step, outcome and failure code.',
    labelNames: ['organization', 'step', 'outcome', 'code'],
    registers,
  })
  const runs = new Histogram({
    name: 'soapstone_attempt_seconds',
    help: 'Duration of the run that an attempt was part of.',
    labelNames: ['organization', 'step'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })
  const ends = new Histogram({
    name: 'soapstone_order_seconds',
    help: 'From the receipt of a notification to its end, by outcome: completed, dead, ignored, superseded.',
    labelNames: ['organization', 'outcome'],
    buckets: [1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400],
    registers,
  })
  const rescues = new Counter({
    name: 'soapstone_rescued_total',
    help: 'Notifications whose worker let its lease run out.',
    labelNames: ['organization'],
    registers,
  })
  const retirements = new Counter({
    name: 'soapstone_retired_total',
    help: 'Notifications removed by this process because they were final and old.',
    registers,
  })
  const deliveries = new Counter({
    name: 'soapstone_webhook_deliveries_total',
    help: 'Tries to tell a webhook: delivered, waiting (tried again later), failed (given up).',
    labelNames: ['result'],
    registers,
  })
  return {
    received({ result, notifications: count, duplicates }) {
      messages.inc({ result })
      notifications.inc({ kind: 'new' }, count - duplicates)
      notifications.inc({ kind: 'duplicate' }, duplicates)
    },
    attempted({ organization, step, outcome, code, seconds }) {
      attempts.inc({ organization, step, outcome, code })
      runs.observe({ organization, step }, seconds)
    },
    ended: ({ organization, outcome, seconds }) => ends.observe({ organization, outcome }, seconds),
    ...createCallMetrics(registry),
    acked: (seconds) => acks.observe(seconds),
    async ackCounts() {
      const { values } = await acks.get()
      return values.flatMap(({ metricName, labels: { le }, value }) =>
        metricName?.endsWith('_bucket')
          ? [{ within: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count: value }]
          : [],
      )
    },
    dropped: (reason) => drops.inc({ reason }),
    security: (kind, count) => security.inc({ kind }, count),
    delivered: (result) => deliveries.inc({ result }),
    rescued: ({ organization, notifications: count }) => rescues.inc({ organization }, count),
    retired: (count) => retirements.inc(count),
    events: createEventMetrics(registry),
    watch: (sources) => watchSources(registry, sources),
    page: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  }
}
