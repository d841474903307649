/** Works on what people have started in the background: replays of many, and what they found in WHMCS. */
import type { Config } from '../config/read.ts'
import { STEPS } from '../domain/notification.ts'
import { createTasks } from '../ledger/people/tasks.ts'
import type { Pool } from '../ledger/postgres/pool.ts'
import { createIntents } from '../ledger/work/intents.ts'
import type { Actor } from '../operations/act.ts'
import { Refusal } from '../operations/refusal.ts'
import { resolveNotification } from '../operations/resolve.ts'
import type { Job } from '../runtime/every.ts'
import { createFindings } from './findings.ts'
import { ledgerOn } from './operations.ts'
import type { Wakes } from './wakes.ts'

/** One transaction: short enough that nobody waits for the records that it has locked. */
const CHUNK = 100
/** Between two chunks, ms: new orders have their turn. */
const REST_MS = 50
const LOOK_MS = 1_000
/** WHMCS is asked within two minutes, or the answer is an error. */
const RESOLVE_LEASE_SECONDS = 180

export interface TaskJobsOptions {
  pool: Pool
  config: Config
  worker: string
  wakes: Wakes
  /** They may change while it runs. */
  organizationIds: () => readonly string[]
}

export function createTaskJobs({ pool, config, worker, wakes, organizationIds }: TaskJobsOptions): Job[] {
  const tasks = createTasks(pool)
  const ledger = ledgerOn(pool, { kind: 'current' })
  const whmcs = createFindings(config, createIntents(pool))

  async function resolveNext(): Promise<boolean> {
    const task = await tasks.claimResolve(worker, RESOLVE_LEASE_SECONDS)
    if (task === undefined) return false
    const { task_id, organization_id: organizationId, notification_id: id, whmcs_order_id: whmcsOrderId, reason } = task
    const finding = whmcsOrderId === undefined ? 'not-created' : { whmcsOrderId }
    const asked = { id, organizationId, finding, reason, by: actorOf(task.acting, task_id) } as const
    const error = await resolveNotification({ ledger, whmcs }, asked).then(() => undefined, refusalOf)
    await tasks.finishResolve(worker, task_id, error)
    return true
  }

  function wakeAll(): void {
    for (const organizationId of organizationIds()) for (const step of STEPS) wakes.wake({ organizationId, step })
  }

  const jobOf = (name: string, next: () => Promise<boolean>): Job => ({
    name,
    everyMs: LOOK_MS,
    async turn() {
      if (!(await next())) return LOOK_MS
      wakeAll()
      return REST_MS
    },
  })
  return [jobOf('replays', () => tasks.workReplays(CHUNK)), jobOf('resolves', resolveNext)]
}

/** As the task keeps who started it. */
function actorOf(acting: unknown, taskId: string): Actor & { taskId: string; startedBy?: string } {
  const { name, startedBy } = Object(acting)
  return { name: String(name), via: 'sql', taskId, startedBy: String(startedBy) }
}

function refusalOf(error: unknown): string {
  if (error instanceof Refusal) return error.message
  throw error
}
