/** soapstone replay with filters: shows how many there are, asks, and works on it with its progress. */
import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AskedFilter, Filter } from '../operations/filter.ts'
import type { Notification } from '../operations/notification.ts'
import { Refusal } from '../operations/refusal.ts'
import { previewReplay, startReplay } from '../operations/replays.ts'
import { showTask, type Task } from '../operations/tasks.ts'
import { toWire } from '../operations/wire.ts'
import { Explained } from '../runtime/explained.ts'
import type { LedgerOfPeople } from '../service/operations.ts'
import { currentUser, withLedger } from './context.ts'
import { filterWithin, readFilterOptions } from './filter-options.ts'
import { printNotifications } from './list.ts'
import { print, printJson, visible } from './print.ts'

const CHUNK = 100
const LOOK_MS = 200

export interface ManyRequest {
  filters: AskedFilter
  reason: string
  dryRun?: true
  yes?: true
  json?: true
}

export function replayMany({ filters, reason, dryRun, yes, json }: ManyRequest): Promise<void> {
  const asked = readFilterOptions(filters)
  return withLedger(async (ledger, { organizationId }) => {
    const filter = filterWithin(organizationId, asked)
    const preview = await previewReplay(ledger, filter)
    if (dryRun && json) return printJson(toWire(preview))
    if (!json) printPreview(preview)
    if (dryRun || preview.count === 0) return json ? printJson({ count: 0, sample: [] }) : undefined
    if (!yes && !(await isAgreed(preview.count))) throw new Explained('nothing was replayed')
    const task = await work(ledger, { filter, reason })
    if (json) printJson(toWire(task))
    else printDone(task)
    if (task.failed > 0) process.exitCode = 1
  })
}

function printPreview({ count, sample }: { count: number; sample: Notification[] }): void {
  if (count === 0) print('none')
  else printNotifications(sample)
  if (count > sample.length) print(`... and ${count - sample.length} more`)
}

async function isAgreed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Refusal('invalid', `${count} would be replayed: say --yes where nobody can be asked`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`Replay ${count}? [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}

/** It is a task: when this process is gone, serve goes on with it. */
async function work(ledger: LedgerOfPeople, { filter, reason }: { filter: Filter; reason: string }): Promise<Task> {
  const { id } = await startReplay(ledger, { filter, reason, by: currentUser() })
  for (;;) {
    // Another process may be at it: its progress is as good.
    if (!(await ledger.workReplays(CHUNK, id))) await sleep(LOOK_MS)
    const task = await showTask(ledger, id)
    if (process.stderr.isTTY) process.stderr.write(`\r${visible(progressOf(task))}`)
    if (task.state !== 'waiting' && task.state !== 'running') break
  }
  if (process.stderr.isTTY) process.stderr.write('\n')
  return showTask(ledger, id)
}

function progressOf({ total, done, skipped, failed }: Task): string {
  return `${done + skipped + failed} of ${total}`
}

function printDone({ id, done, skipped, failed, errors }: Task): void {
  print(`task ${id}: ${done} replayed, ${skipped} skipped, ${failed} failed`)
  if (!Array.isArray(errors)) return
  for (const { notificationId, message } of errors.slice(0, 10)) print(`${notificationId}: ${message}`)
}
