/**
 * The recorder: messages in, one commit, done. Concurrent messages are stored by one statement (group commit): worth
 * 2.5 times the throughput of a statement a message. While a group is on its way to disk the next one gathers.
 */
import type { Message } from '../../domain/notification.ts'
import { isUnavailable } from '../postgres/pool.ts'
import type { Runner } from '../postgres/query.ts'
import { encodeFields } from './jsonb.ts'
import { hasWork, reopenKnown } from './reopen.ts'
import { recordMessages } from './statement.ts'
import type { Vault } from './vault.ts'

/** What came of one message. */
export interface Recorded {
  /** Of its notifications so many were new. */
  recorded: number
  /** And so many were known already. */
  duplicates: number
  /** New ones whose id was known, with another record or with none: somebody makes up ids. They go to work. */
  conflicting: number
}

export interface Recorder {
  /** Resolves after the commit. Rejects with LedgerUnavailable when it is not certain that the message is stored. */
  record(message: Message): Promise<Recorded>
  /** Messages that wait for their commit. */
  readonly waiting: number
  /** Resolves when everything handed in has been answered. */
  drain(): Promise<void>
}

/** Postgres is away, or did not say in time whether it committed: the sender must send again. */
export class LedgerUnavailable extends Error {
  constructor(detail: string, cause?: unknown) {
    super(`the ledger did not confirm the commit: ${detail}`, cause === undefined ? {} : { cause })
    this.name = 'LedgerUnavailable'
  }
}

export interface RecorderOptions {
  runner: Runner
  /** Absent: sessions are dropped here and never reach the disk. */
  vault?: Vault
  /** Called after a commit that brought work, with the organisations that have it. */
  onRecorded?: (organizationIds: ReadonlySet<string>) => void
  /** A message that Postgres refused though its neighbours were stored. */
  onRefused?: (error: unknown) => void
  /** At most so many statements on their way at the same time. */
  inFlight?: number
  /** At most this many messages in a group. */
  groupSize?: number
  /** At most this many notifications in a group, unless one message alone has more. */
  groupNotifications?: number
  /** At most this many bytes of fields in a group, unless one message alone has more. */
  groupBytes?: number
  /** How long a message waits for its commit before its sender is told to try again, ms; a second more for each MiB of it. */
  deadlineMs?: number
  /** At most this many messages wait; more are refused at once. */
  queueLimit?: number
  /** Milliseconds that only go forward. */
  now?: () => number
}

interface Entry {
  message: Message
  /** Of each notification, as jsonb. */
  fields: Buffer[]
  resolve: (recorded: Recorded) => void
  reject: (error: unknown) => void
  timer: NodeJS.Timeout | undefined
  answered: boolean
}

/**
 * A group of so many is worth a statement of its own beside the one that is on its way: Postgres and this process work at the
 * same time then. Smaller ones beside each other cost more than they save.
 */
const ENOUGH = 6
/** But longer than this nobody waits for the statement before. */
const SECOND_STATEMENT_AFTER_MS = 20

/**
 * After a commit its senders send again at once. Were those that wait sent without them, the two halves would take turns
 * for ever, and each would pay for commits of its own: at 4 connections that cost a quarter of the processor time. So as
 * many as there were are waited for, up to ENOUGH. A lone sender never waits.
 */
const GATHER_MS = 1

export function createRecorder(options: RecorderOptions): Recorder {
  const {
    runner,
    inFlight = 2,
    now = monotonic,
    groupSize = 64,
    groupNotifications = 400,
    groupBytes = 4 * 1024 * 1024,
  } = options
  const { deadlineMs = 4_000, queueLimit = 2_000 } = options
  const queue: Entry[] = []
  let [encoding, sending, sentAt] = [0, 0, 0]
  let later: NodeJS.Timeout | undefined
  let gathering: { timer: NodeJS.Timeout; expected: number } | undefined
  let idle: (() => void)[] = []

  function flush(): void {
    while (queue.length > 0 && maySend()) {
      const group = nextGroup(queue, { groupSize, groupNotifications, groupBytes })
      if (group.length === 0) continue
      sending += 1
      sentAt = now()
      endGathering()
      void store(group).finally(() => {
        sending -= 1
        gather(group.length + queue.length + encoding)
        flush()
      })
    }
    clearTimeout(later)
    if (queue.length > 0 && sending < inFlight) later = setTimeout(flush, SECOND_STATEMENT_AFTER_MS)
    // Here, and not after a statement: all that waited may have been given up before one was sent.
    if (busy()) return
    for (const resolve of idle) resolve()
    idle = []
  }

  function gather(senders: number): void {
    endGathering()
    if (senders === 1) return
    const timer = setTimeout(() => {
      gathering = undefined
      flush()
    }, GATHER_MS)
    gathering = { timer, expected: Math.min(senders, ENOUGH) }
  }

  function endGathering(): void {
    clearTimeout(gathering?.timer)
    gathering = undefined
  }

  /** Another statement beside the first goes with a group that is worth it, or when the first takes its time. */
  const maySend = () =>
    sending === 0
      ? gathering === undefined || queue.length >= gathering.expected || isFull()
      : sending < inFlight && (queue.length >= ENOUGH || isFull() || now() - sentAt >= SECOND_STATEMENT_AFTER_MS)

  const isFull = () =>
    queue.length >= groupSize || queue.reduce((sum, { fields }) => sum + fields.length, 0) >= groupNotifications

  const busy = () => sending + queue.length + encoding > 0

  async function enqueue(entry: Entry): Promise<void> {
    encoding += 1
    entry.fields = await encodeFields(entry.message.notifications.map(({ fields }) => fields)).finally(() => {
      encoding -= 1
    })
    const more = extraTime(entry.fields)
    if (more > 0) wait(entry, deadlineMs + more)
    queue.push(entry)
    // Messages that arrive in the same turn of the event loop share a group.
    if (queue.length === 1 || maySend()) setImmediate(flush)
  }

  function wait(entry: Entry, ms: number): void {
    clearTimeout(entry.timer)
    if (!entry.answered) entry.timer = setTimeout(() => fail(entry, new LedgerUnavailable(`no answer in ${ms} ms`)), ms)
  }

  /** Never rejects: every entry gets its own answer. */
  async function store(group: Entry[]): Promise<void> {
    const all = group.flatMap((entry) => entry.fields)
    try {
      const patient = within(runner, deadlineMs + extraTime(all))
      const rows = await recordMessages(patient, messagesOf(group), all, options.vault)
      const reopened = await reopenKnown(within(runner, deadlineMs), messagesOf(group), rows)
      answer(group, rows)
      const withWork = organizationsWithWork(group, [...rows.map((row) => row.message_no - 1), ...reopened])
      if (withWork.size > 0) options.onRecorded?.(withWork)
    } catch (error) {
      if (isUnavailable(error)) {
        for (const entry of group) fail(entry, new LedgerUnavailable(describe(error), error))
        return
      }
      if (group.length === 1) {
        for (const entry of group) fail(entry, error)
        options.onRefused?.(error)
        return
      }
      // One message that can't be stored must not fail its neighbours: each on its own.
      for (const entry of group) await store([entry])
    }
  }

  return {
    record: (message) =>
      new Promise((resolve, reject) => {
        const waiting = queue.length + encoding
        if (waiting >= queueLimit) return reject(new LedgerUnavailable(`${waiting} messages wait already`))
        const entry: Entry = { message, fields: [], resolve, reject, timer: undefined, answered: false }
        wait(entry, deadlineMs)
        enqueue(entry).catch((error: unknown) => fail(entry, error))
      }),
    get waiting() {
      return queue.length + encoding
    },
    drain: () => (busy() ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
  }
}

const monotonic = () => performance.now()

/** Milliseconds that Postgres gets for the size of it: a hundred of the longest texts are 13 MiB. */
function extraTime(fields: Buffer[]): number {
  return Math.floor(bytesOf(fields) / (1024 * 1024)) * 1_000
}

function bytesOf(fields: Buffer[]): number {
  return fields.reduce((sum, { length }) => sum + length, 0)
}

function within(runner: Runner, ms: number): Runner {
  return { query: (config) => runner.query({ ...config, query_timeout: ms }) }
}

type Limits = Record<'groupSize' | 'groupNotifications' | 'groupBytes', number>

const messagesOf = (group: Entry[]) => group.map(({ message }) => message)

/** Takes the next group off the queue, without those whose sender has been told to try again. */
function nextGroup(queue: Entry[], most: Limits): Entry[] {
  const group: Entry[] = []
  let notifications = 0
  let bytes = 0
  for (let entry = queue[0]; entry !== undefined && group.length < most.groupSize; entry = queue[0]) {
    notifications += entry.message.notifications.length
    bytes += bytesOf(entry.fields)
    if (group.length > 0 && (notifications > most.groupNotifications || bytes > most.groupBytes)) break
    queue.shift()
    if (!entry.answered) group.push(entry)
  }
  return group
}

function answer(group: Entry[], rows: ({ message_no: number } & Omit<Recorded, 'duplicates'>)[]): void {
  const byMessage = new Map(rows.map((row) => [row.message_no, row]))
  group.forEach((entry, i) => {
    const { recorded, conflicting } = byMessage.get(i + 1) ?? { recorded: 0, conflicting: 0 }
    const duplicates = entry.message.notifications.length - recorded
    if (close(entry)) entry.resolve({ recorded, duplicates, conflicting })
  })
}

/** Of these messages, by their numbers in the group. */
function organizationsWithWork(group: Entry[], numbers: number[]): Set<string> {
  const messages = numbers.flatMap((number) => group[number]?.message ?? [])
  return new Set(messages.filter(hasWork).map((message) => message.organizationId))
}

function fail(entry: Entry, error: unknown): void {
  if (close(entry)) entry.reject(error)
}

/** False when the entry was answered before. */
function close(entry: Entry): boolean {
  if (entry.answered) return false
  entry.answered = true
  clearTimeout(entry.timer)
  return true
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
