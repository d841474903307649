/** /api/replays and /api/tasks: what is done to many, in the background. */
import { readFilter } from '../../operations/filter.ts'
import { previewReplay, type ReplaysPort, startReplay } from '../../operations/replays.ts'
import { cancelTask, listTasks, showTask, type Task, type TasksPort } from '../../operations/tasks.ts'
import { toWire } from '../../operations/wire.ts'
import { actorOf } from '../access/caller.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { DEFAULT_LIMIT, FILTER, PAGING } from './filters.ts'
import { list, nullable, object, page, TEXT, TIME } from './schema.ts'
import { ANYTHING, COUNT, NOTIFICATION, PRIORITY } from './shapes.ts'
import type { Stream, Streams } from './streams.ts'

export interface TaskEndpoints {
  ledger: TasksPort & ReplaysPort
  streams: Streams
  now: () => Date
}

const TASK = object({
  id: TEXT,
  kind: TEXT,
  priority: PRIORITY,
  state: { type: 'string', enum: ['waiting', 'running', 'completed', 'failed', 'cancelled'] },
  total: COUNT,
  done: COUNT,
  skipped: COUNT,
  failed: COUNT,
  reason: TEXT,
  requestedBy: TEXT,
  createdAt: TIME,
  finishedAt: nullable(TIME),
  errors: { ...list(ANYTHING), description: 'Of what was skipped or failed, the first hundred' },
})
const ID = object({ id: TEXT })

export function taskEndpoints({ ledger, streams, now }: TaskEndpoints): Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      url: '/replays',
      scope: 'operate',
      tag: 'tasks',
      summary: 'Replay all that fit a filter, as a task. Without a state dead letters are meant.',
      body: {
        type: 'object',
        properties: {
          filter: { type: 'object', properties: FILTER, description: 'Names as in the list' },
          reason: { type: 'string', description: 'Why, for whoever reads it later' },
          dryRun: { type: 'boolean', description: 'True: only say how many there are, and the newest of them' },
          priority: { ...PRIORITY, description: 'With which they wait for their turn. Absent: batch' },
        },
        required: ['filter', 'reason'],
      },
      answers: { 200: object({ count: COUNT, sample: list(NOTIFICATION) }), 202: object({ id: TEXT }) },
      async run({ body: { filter: asked, reason, dryRun, priority = 'batch' }, caller, reply }) {
        const filter = readFilter(asked, now())
        if (dryRun === true) return await previewReplay(ledger, filter)
        const started = await startReplay(ledger, { filter, reason, priority, by: actorOf(caller) })
        reply.code(202).header('location', `/api/tasks/${started.id}`)
        return started
      },
    }),
    endpoint({
      method: 'GET',
      url: '/tasks',
      scope: 'read',
      tag: 'tasks',
      summary: 'Tasks, newest first.',
      query: { type: 'object', properties: PAGING },
      answers: { 200: page(TASK) },
      run: ({ query: { after, limit = DEFAULT_LIMIT } }) => listTasks(ledger, { limit, after }),
    }),
    endpoint({
      method: 'GET',
      url: '/tasks/:id',
      scope: 'read',
      tag: 'tasks',
      summary: 'One task: how far it is, and what did not work.',
      params: ID,
      answers: { 200: TASK },
      run: ({ params: { id } }) => showTask(ledger, id),
    }),
    endpoint({
      method: 'DELETE',
      url: '/tasks/:id',
      scope: 'operate',
      tag: 'tasks',
      summary: 'Cancel a task. What it has done stays done.',
      params: ID,
      answers: { 200: TASK },
      run: ({ params: { id }, caller }) => cancelTask(ledger, { id, by: actorOf(caller) }),
    }),
    endpoint({
      method: 'GET',
      url: '/tasks/:id/events',
      scope: 'read',
      tag: 'tasks',
      summary: 'Server-sent events: `task`, with the task, now and at each change, until it has ended.',
      params: ID,
      answers: { 200: { type: 'string', description: 'text/event-stream' } },
      produces: ['text/event-stream'],
      async run({ params: { id }, reply }) {
        const first = await showTask(ledger, id)
        return streams.open(reply, (stream) => followTask(ledger, first, stream))
      },
    }),
  ]
}

/** Between two looks at a task that somebody follows, ms. */
const LOOK_MS = 500

function followTask(ledger: TasksPort, first: Task, stream: Stream): () => void {
  let timer: NodeJS.Timeout | undefined
  let last = ''
  let gone = false

  function tell(task: Task): void {
    if (gone) return
    const told = JSON.stringify(toWire(task))
    if (told !== last) stream.send('task', toWire(task))
    last = told
    if (task.finishedAt !== undefined) stream.end()
    else timer = setTimeout(look, LOOK_MS)
  }

  function look(): void {
    // Whoever follows comes back by himself, and is told then why it does not work.
    showTask(ledger, first.id).then(tell, () => stream.end())
  }

  tell(first)
  return () => {
    gone = true
    clearTimeout(timer)
  }
}
