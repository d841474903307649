/** The pauses of an organisation's steps: until the time of one is over nobody claims at its step. */
import type { Step } from '../../domain/notification.ts'
import { query, type Runner } from '../postgres/query.ts'
import { storable } from '../postgres/storable.ts'

export interface Pauses {
  pause(step: Step, pause: { seconds: number; code: string; message: string }): Promise<void>
  resume(step: Step): Promise<void>
  /** Also the one whose time is over, until the step is resumed: then `secondsLeft` is not above 0. */
  current(step: Step): Promise<{ code: string; message: string; since: Date; secondsLeft: number } | undefined>
}

export const pause = query(
  'pause',
  { organization_id: 'text', step: 'ledger.step', lasting: 'interval', code: 'text', message: 'text', worker: 'text' },
  {},
)
export const resume = query('resume', { organization_id: 'text', step: 'ledger.step' }, {})
export const currentPause = query(
  'current-pause',
  { organization_id: 'text', step: 'ledger.step' },
  { code: 'text', message: 'text', since: 'timestamptz', seconds_left: 'double precision' },
)

export interface PausesOptions {
  runner: Runner
  worker: string
  organizationId: string
}

export function createPauses({ runner, worker, organizationId }: PausesOptions): Pauses {
  const organization_id = organizationId
  return {
    async pause(step, { seconds, code, message }) {
      await pause(runner, {
        organization_id,
        step,
        lasting: `${seconds} seconds`,
        code,
        message: storable(message),
        worker,
      })
    },
    async resume(step) {
      await resume(runner, { organization_id, step })
    },
    async current(step) {
      const [row] = await currentPause(runner, { organization_id, step })
      if (row === undefined) return undefined
      return { code: row.code, message: row.message, since: row.since, secondsLeft: row.seconds_left }
    },
  }
}
