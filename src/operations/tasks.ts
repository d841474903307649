/** What is done to many, in the background: how far it is, and its end. */
import { type Actor, readName } from './act.ts'
import { type Page, pageOf, readCursor, toCursor } from './page.ts'
import { Refusal } from './refusal.ts'

export interface Task {
  id: string
  kind: string
  priority: string
  state: string
  total: number
  done: number
  skipped: number
  failed: number
  reason: string
  requestedBy: string
  createdAt: Date
  finishedAt: Date | undefined
  /** Of what was skipped or failed, the first hundred. */
  errors: unknown
}

export interface TasksPort {
  /** The newest first; with an id below `before`. */
  tasks(page: { most: number; before: string | undefined }): Promise<Task[]>
  task(id: string): Promise<Task | undefined>
  /** Throws a Refusal where it has ended. */
  cancelTask(id: string, by: Actor): Promise<void>
}

export async function listTasks(
  ledger: TasksPort,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Page<Task>> {
  const [before] = after === undefined ? [undefined] : readCursor(after, [/^\d{1,18}$/])
  return pageOf(await ledger.tasks({ most: limit + 1, before }), limit, ({ id }) => toCursor([id]))
}

export async function showTask(ledger: TasksPort, id: string): Promise<Task> {
  const task = /^\d{1,18}$/.test(id) ? await ledger.task(id) : undefined
  if (task === undefined) throw new Refusal('unknown', `there is no task ${id}`)
  return task
}

/** Ends it. What it has done stays done. */
export async function cancelTask(ledger: TasksPort, { id, by }: { id: string; by: Actor }): Promise<Task> {
  await showTask(ledger, id)
  await ledger.cancelTask(id, { ...by, name: readName(by.name) })
  return showTask(ledger, id)
}
