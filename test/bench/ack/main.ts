/** ack: how many messages a second are on disk and Acked, and how long each sender waits for it. */
import { type Bench, type BenchOptions, turns } from '../bench.ts'
import { type Child, figuresOf, startChild, startContender } from '../child.ts'
import { createSamples } from '../table.ts'
import { pgbench } from './pgbench.ts'

const CONTENDERS = [
  'ours',
  'ours, without a ledger',
  'ours, its stages at full load',
  'ours, its stages in another process',
  'naive',
  'soap.listen + insert',
  'Fastify + graphile-worker',
  'Fastify + pg-boss',
]
const SHAPES = [
  { notifications: 1, connections: 1 },
  { notifications: 1, connections: 4 },
  { notifications: 1, connections: 16 },
  { notifications: 1, connections: 64 },
  { notifications: 100, connections: 16 },
]
const PGBENCH = 'pgbench, the naive insert'

export const ack: Bench = async (options) => {
  const { rounds, seconds, postgres, say } = options
  const shapes = SHAPES.map((shape) => ({ ...shape, samples: createSamples(), notes: [...NOTES] }))
  const load = await startChild(new URL('./load.ts', import.meta.url), 'load')
  try {
    const contenders = [...CONTENDERS, PGBENCH].filter((name) => options.contenders?.includes(name) ?? true)
    for (const { round, contender } of turns(rounds, contenders)) {
      say(`ack ${round}/${rounds}: ${contender}`)
      if (contender !== PGBENCH) await measure(contender, shapes, load, options)
      else {
        for (const { notifications, connections, samples, notes } of shapes) {
          if (notifications > 1) continue
          const database = await postgres.fresh()
          const figures = await pgbench(database.url, connections, seconds)
          if (typeof figures === 'string') notes.push(figures)
          else samples.add(PGBENCH, figures)
          await database.drop()
        }
      }
    }
  } finally {
    await load.end()
  }
  return shapes.map(({ notifications, connections, samples, notes }) =>
    samples.table({
      title: `ack: ${notifications} notification${notifications > 1 ? 's' : ''} a message, ${connections} connections`,
      ratio: { column: 'messages/s', ours: 'ours' },
      notes,
    }),
  )
}

/** By count: a process that has just begun takes twice the processor time of one that is warm. */
const WARM_UP = 20_000
/** What one shape leaves behind is not to be paid for by the next. */
const WARM_UP_OF_SHAPE = 500

const NOTES = [
  'us a message: processor time of the process that listens and of all of Postgres.',
  'Every message is a request on a connection that is kept alive; Acked: 200 and Ack true. All but the second line commit before they Ack.',
]

type Shape = (typeof SHAPES)[number] & { samples: ReturnType<typeof createSamples> }

/** One process of the contender, warmed up by small messages, for all shapes. */
async function measure(contender: string, shapes: Shape[], load: Child, { seconds, postgres, size }: BenchOptions) {
  const database = await postgres.fresh()
  const child = await startContender(new URL('./contender.ts', import.meta.url), contender, database.url)
  const processorTime = async () => {
    const { us } = figuresOf(await child.call('processorTime'))
    return { listener: us ?? Number.NaN, postgres: postgres.processorTime() }
  }
  try {
    const { url } = await child.call('start')
    const share = size === 'smoke' ? 0.002 : 1
    await load.call('run', { url, notifications: 1, connections: 16, messages: WARM_UP * share })
    for (const { notifications, connections, samples } of shapes) {
      await load.call('run', { url, notifications, connections, messages: (WARM_UP_OF_SHAPE * share) / notifications })
      const before = await processorTime()
      const figures = await load.call('run', { url, notifications, connections, seconds })
      const after = await processorTime()
      const { acked = Number.NaN, ...shown } = figuresOf(figures)
      samples.add(contender, {
        ...shown,
        'us a message, listener': (after.listener - before.listener) / acked,
        Postgres: (after.postgres - before.postgres) / acked,
        both: (after.listener - before.listener + after.postgres - before.postgres) / acked,
      })
    }
  } finally {
    await child.end()
    await database.drop()
  }
}
