/** A person stops a step, lets it go on, or lets it try; and says whose turn it is. */
import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'
import type { Acting } from './acts.ts'

const request = { organization_id: 'text', step: 'ledger.step', reason: 'text', acting: 'jsonb' } as const
const done = { done: 'integer' } as const

export const pauseStep = query('pause-step', { ...request, until: 'timestamptz?' }, done)
export const resumeStep = query('resume-step', request, done)
export const tryStep = query('try-step', request, done)
export const setPriority = query(
  'set-priority',
  {
    organization_id: 'text',
    notification_id: 'text',
    record_id: 'text?',
    priority: 'ledger.priority',
    acting: 'jsonb',
  },
  { priority: 'text' },
)

export interface StepRequest {
  organizationId: string
  step: string
  reason: string
  by: Acting
}

export function createSteps(runner: Runner) {
  return {
    async pause({ until, ...asked }: StepRequest & { until: Date | undefined }): Promise<void> {
      await pauseStep(runner, { ...columnsOf(asked), until })
    },
    async resume(asked: StepRequest): Promise<void> {
      await resumeStep(runner, columnsOf(asked))
    },
    async tryNow(asked: StepRequest): Promise<void> {
      await tryStep(runner, columnsOf(asked))
    },
    async setPriority(asked: {
      organizationId: string
      notificationId: string
      recordId: string | undefined
      priority: string
      by: Acting
    }): Promise<void> {
      await setPriority(runner, {
        organization_id: asked.organizationId,
        notification_id: asked.notificationId,
        record_id: asked.recordId,
        priority: asked.priority,
        acting: storableJson(asked.by),
      })
    },
  }
}

function columnsOf({ organizationId, step, reason, by }: StepRequest) {
  return { organization_id: organizationId, step, reason, acting: storableJson(by) }
}
