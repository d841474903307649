/** Alerts: what they are about, and where they stand. One process evaluates them at a time. */
import { type Pool, transaction } from '../postgres/pool.ts'
import { query } from '../postgres/query.ts'
import { storable } from '../postgres/storable.ts'

export const beginEvaluate = query('begin-evaluate', {}, { begun: 'boolean' })
export const measures = query(
  'measures',
  { lookback: 'interval', size_wanted: 'boolean', soon: 'interval' },
  {
    kind: 'text',
    organization_id: 'text',
    subject: 'text',
    value: 'double precision?',
    amount: 'double precision?',
    words: 'text?',
  },
  'each-time',
)
export const changeAlerts = query(
  'change-alerts',
  {
    organization_id: 'text[]',
    kind: 'text[]',
    category: 'text[]',
    subject: 'text[]',
    message: 'text[]',
    value: 'double precision[]',
    threshold: 'double precision[]',
    lingers: 'boolean[]',
    calm: 'interval',
  },
  { organization_id: 'text', kind: 'text', subject: 'text', alert_id: 'text', message: 'text', change: 'text' },
)
export const tellAlerts = query('tell-alerts', {}, {})

export interface Condition {
  organizationId: string
  kind: string
  category: string
  subject: string
  message: string
  value: number
  threshold: number
  lingers: boolean
}

export interface AlertsOptions {
  pool: Pool
  lookbackMs: number
  /** Whether the size of the database matters. */
  sizeWanted: boolean
  /** How long before they expire tokens are of interest. */
  soonMs: number
}

/** What has not held for so long is resolved: one that comes and goes is one alert. */
const CALM = '10 seconds'

export function createAlerts({ pool, lookbackMs, sizeWanted, soonMs }: AlertsOptions) {
  const asked = {
    lookback: `${lookbackMs} milliseconds`,
    size_wanted: sizeWanted,
    soon: `${soonMs} milliseconds`,
  }
  return {
    /** Undefined: another process is at it. `telling` no: it is remembered, and told when somebody may be told again. */
    evaluate(judge: (measured: Awaited<ReturnType<typeof measures>>) => Condition[], telling: 'now' | 'later') {
      return transaction(pool, async (runner) => {
        const [lock] = await beginEvaluate(runner, {})
        if (!lock?.begun) return undefined
        const conditions = judge(await measures(runner, asked))
        const changes = await changeAlerts(runner, {
          organization_id: conditions.map((one) => one.organizationId),
          kind: conditions.map((one) => one.kind),
          category: conditions.map((one) => one.category),
          subject: conditions.map((one) => one.subject),
          message: conditions.map((one) => storable(one.message)),
          value: conditions.map((one) => one.value),
          threshold: conditions.map((one) => one.threshold),
          lingers: conditions.map((one) => one.lingers),
          calm: CALM,
        })
        if (telling === 'now') await tellAlerts(runner, {})
        return changes
      })
    },
  }
}
