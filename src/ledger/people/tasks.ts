/** What is done to many, in the background. Replays are worked on by the ledger itself; for a resolve WHMCS is asked. */
import { query, type Runner } from '../postgres/query.ts'
import { storable, storableJson } from '../postgres/storable.ts'
import type { Acting } from './acts.ts'
import { type ListFilter, toJson } from './list.ts'

export const tasks = query(
  'tasks',
  { most: 'integer', before: 'bigint?', task_id: 'bigint?' },
  {
    task_id: 'bigint',
    kind: 'text',
    priority: 'text',
    state: 'text',
    total: 'integer',
    done: 'integer',
    skipped: 'integer',
    failed: 'integer',
    reason: 'text',
    requested_by: 'text',
    created_at: 'timestamptz',
    finished_at: 'timestamptz?',
    errors: 'jsonb',
  },
)
export const startReplay = query(
  'start-replay',
  { filter: 'jsonb', reason: 'text', acting: 'jsonb', priority: 'ledger.priority' },
  { task_id: 'bigint' },
)
export const workReplays = query('work-replays', { most: 'integer', task_id: 'bigint?' }, { task_id: 'bigint?' })
export const cancelTask = query('cancel-task', { task_id: 'bigint', acting: 'jsonb' }, { state: 'text' })
export const claimResolve = query(
  'claim-resolve',
  { worker: 'text', lease: 'interval' },
  {
    task_id: 'bigint',
    organization_id: 'text',
    notification_id: 'text',
    whmcs_order_id: 'text?',
    reason: 'text',
    acting: 'jsonb',
  },
)
export const finishResolve = query('finish-resolve', { worker: 'text', task_id: 'bigint', error: 'text?' }, {})

export function createTasks(runner: Runner) {
  return {
    list: (most: number, before?: string) => tasks(runner, { most, before, task_id: undefined }),
    async find(id: string) {
      const [task] = await tasks(runner, { most: 1, before: undefined, task_id: id })
      return task
    },
    /** Returns its id. */
    async startReplay(request: { filter: ListFilter; reason: string; by: Acting; priority: string }): Promise<string> {
      const { filter, reason, by, priority } = request
      const [row] = await startReplay(runner, {
        filter: toJson(filter),
        reason,
        acting: storableJson(by),
        priority,
      })
      return row?.task_id ?? ''
    },
    /** The next few of the first task, or of that one. False: there is nothing to do, or another is at it. */
    async workReplays(most: number, id?: string): Promise<boolean> {
      const [row] = await workReplays(runner, { most, task_id: id })
      return row?.task_id !== undefined
    },
    async cancel(id: string, by: Acting): Promise<void> {
      await cancelTask(runner, { task_id: id, acting: storableJson(by) })
    },
    async claimResolve(worker: string, leaseSeconds: number) {
      const [row] = await claimResolve(runner, { worker, lease: `${leaseSeconds} seconds` })
      return row
    },
    /** `error` undefined: it is so, and work goes on. */
    async finishResolve(worker: string, id: string, error: string | undefined): Promise<void> {
      await finishResolve(runner, { worker, task_id: id, error: error && storable(error) })
    },
  }
}
