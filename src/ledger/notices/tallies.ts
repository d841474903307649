/** What only a process sees, written down for all of them. */
import { afterDeadlock } from '../postgres/deadlock.ts'
import { query, type Runner } from '../postgres/query.ts'
import { storable, storableJson } from '../postgres/storable.ts'

export const writeTallies = query(
  'write-tallies',
  { organization_id: 'text[]', kind: 'text[]', detail: 'text[]', seen: 'integer[]' },
  {},
)
export const writeReadings = query(
  'write-readings',
  {
    organization_id: 'text[]',
    kind: 'text[]',
    subject: 'text[]',
    value: 'double precision[]',
    most: 'double precision[]',
  },
  {},
)
export const tellRefusals = query('tell-refusals', { organization_id: 'text[]', subject: 'text[]', data: 'text[]' }, {})

export interface Seen {
  organizationId: string
  kind: string
  detail: string
  count: number
}

export interface Reading {
  organizationId: string
  kind: string
  subject: string
  value: number
  most?: number | undefined
}

export interface Refusal {
  organizationId: string
  kind: string
  data: object
}

export function createTallyLedger(runner: Runner) {
  return {
    async add(seen: Seen[]) {
      await afterDeadlock(() =>
        writeTallies(runner, {
          organization_id: seen.map((one) => one.organizationId),
          kind: seen.map((one) => one.kind),
          detail: seen.map((one) => one.detail),
          seen: seen.map((one) => one.count),
        }),
      )
    },
    async read(readings: Reading[]) {
      await afterDeadlock(() =>
        writeReadings(runner, {
          organization_id: readings.map((one) => one.organizationId),
          kind: readings.map((one) => one.kind),
          subject: readings.map((one) => storable(one.subject)),
          value: readings.map((one) => one.value),
          most: readings.map((one) => one.most),
        }),
      )
    },
    async tell(refusals: Refusal[]) {
      await tellRefusals(runner, {
        organization_id: refusals.map((one) => one.organizationId),
        subject: refusals.map((one) => one.kind),
        data: refusals.map((one) => storableJson(one.data)),
      })
    },
  }
}
