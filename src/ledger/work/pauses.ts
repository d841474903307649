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
  { step: 'ledger.step', lasting: 'interval', code: 'text', message: 'text', worker: 'text' },
  {},
)
export const resume = query('resume', { step: 'ledger.step' }, {})
export const currentPause = query(
  'current-pause',
  { step: 'ledger.step' },
  { code: 'text', message: 'text', since: 'timestamptz', seconds_left: 'double precision' },
)

export interface PausesOptions {
  runner: Runner
  worker: string
  organizationId: string
}

export function createPauses({ runner, worker }: PausesOptions): Pauses {
  return {
    async pause(step, { seconds, code, message }) {
      await pause(runner, { step, lasting: `${seconds} seconds`, code, message: storable(message), worker })
    },
    async resume(step) {
      await resume(runner, { step })
    },
    async current(step) {
      const [row] = await currentPause(runner, { step })
      if (row === undefined) return undefined
      return { code: row.code, message: row.message, since: row.since, secondsLeft: row.seconds_left }
    },
  }
}
