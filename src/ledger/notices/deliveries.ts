/** Deliveries as those who send them see them: claimed by lease, and settled. */
import { afterDeadlock } from '../postgres/deadlock.ts'
import { query, type Runner } from '../postgres/query.ts'
import { storable } from '../postgres/storable.ts'

const leased = {
  organization_id: 'text',
  webhook_id: 'text',
  event_no: 'bigint',
  lease_no: 'integer',
  attempts: 'integer',
  url: 'text',
  format: 'text',
  secrets: 'text[]',
  event_id: 'text',
  type: 'text',
  happened_at: 'timestamptz',
  data: 'jsonb',
  traceparent: 'text?',
} as const

export const claimDeliveries = query(
  'claim-deliveries',
  {
    worker: 'text',
    lease: 'interval',
    webhook_id: 'text[]',
    busy: 'integer[]',
    each: 'integer',
    most: 'integer',
    type: 'text[]',
  },
  leased,
)
export const beginTest = query('begin-test', { webhook_id: 'text', worker: 'text', lease: 'interval' }, leased)
export const settleDeliveries = query(
  'settle-deliveries',
  {
    worker: 'text',
    organization_id: 'text[]',
    webhook_id: 'text[]',
    event_no: 'bigint[]',
    lease_no: 'integer[]',
    state: 'text[]',
    delay_ms: 'double precision[]',
    status: 'integer[]',
    error: 'text[]',
    answer: 'text[]',
    gone: 'boolean[]',
    patience: 'interval',
    rest: 'interval',
  },
  {
    webhook_id: 'text',
    organization_id: 'text',
    event_no: 'bigint',
    state: 'text',
    webhook_state: 'text?',
    disabled_reason: 'text?',
  },
)

export type LeasedRow = Awaited<ReturnType<typeof claimDeliveries>>[number]

/** What came of one. */
export interface SettledDelivery {
  delivery: { organizationId: string; webhookId: string; eventNo: string; leaseNo: number }
  state: 'waiting' | 'delivered' | 'failed'
  delayMs?: number
  status?: number
  error?: string
  answer?: string
  /** The receiver wants no more, ever. */
  gone: boolean
}

export interface DeliveriesOptions {
  runner: Runner
  worker: string
  leaseMs: number
}

/** A webhook at which nothing arrives for so long is disabled. */
const PATIENCE = '5 days'
/** Between two tries of one that fails. */
const REST = '1 second'

export function createDeliveries({ runner, worker, leaseMs }: DeliveriesOptions) {
  const lease = `${leaseMs} milliseconds`
  return {
    /** `busy`: what is in hand, by webhook. */
    claim(busy: Map<string, number>, limits: { each: number; most: number; types?: readonly string[] }) {
      return claimDeliveries(runner, {
        worker,
        lease,
        webhook_id: [...busy.keys()],
        busy: [...busy.values()],
        each: limits.each,
        most: limits.most,
        type: limits.types ?? [],
      })
    },
    async beginTest(webhookId: string) {
      const [row] = await beginTest(runner, { webhook_id: webhookId, worker, lease })
      return row
    },
    /** Returns what was still held. */
    settle(settled: SettledDelivery[]) {
      return afterDeadlock(() =>
        settleDeliveries(runner, {
          worker,
          organization_id: settled.map(({ delivery }) => delivery.organizationId),
          webhook_id: settled.map(({ delivery }) => delivery.webhookId),
          event_no: settled.map(({ delivery }) => delivery.eventNo),
          lease_no: settled.map(({ delivery }) => delivery.leaseNo),
          state: settled.map(({ state }) => state),
          delay_ms: settled.map(({ delayMs }) => delayMs),
          status: settled.map(({ status }) => status),
          error: settled.map(({ error }) => error && storable(error)),
          answer: settled.map(({ answer }) => answer && storable(answer)),
          gone: settled.map(({ gone }) => gone),
          patience: PATIENCE,
          rest: REST,
        }),
      )
    },
  }
}
