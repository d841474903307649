/** watchers: what those who look at the page cost whoever sends messages. */
import { type Bench, turns } from '../bench.ts'
import { figuresOf, startChild, startContender } from '../child.ts'
import { createSamples } from '../table.ts'

const WATCHERS = 200
const NOBODY = 'nobody watches'
const MANY = `${WATCHERS} watch the overview`
const CONNECTIONS = 16
const WARM_UP = 10_000

export const watchers: Bench = async ({ rounds, seconds, postgres, size, say }) => {
  const samples = createSamples()
  const share = size === 'smoke' ? 0.002 : 1
  const [load, watch] = await Promise.all([
    startChild(new URL('../ack/load.ts', import.meta.url), 'load'),
    startChild(new URL('./watch.ts', import.meta.url), 'watch'),
  ])
  const database = await postgres.fresh()
  const serve = await startContender(new URL('./serve.ts', import.meta.url), 'ours', database.url)
  try {
    const { url, adminUrl, token } = await serve.call('start')
    const send = (more: object) => load.call('run', { url, notifications: 1, connections: CONNECTIONS, ...more })
    await send({ messages: WARM_UP * share })
    for (const { round, contender } of turns(rounds, [NOBODY, MANY])) {
      say(`watchers ${round}/${rounds}: ${contender}`)
      if (contender === MANY) await watch.call('begin', { url: adminUrl, token, watchers: WATCHERS })
      // What opening them costs is not what watching does.
      await send({ seconds: seconds / 2 })
      const spent = async (): Promise<Record<string, number>> => ({
        ...figuresOf(await serve.call('processorTime')),
        ...figuresOf(await watch.call('counts')),
        postgres: postgres.processorTime(),
      })
      const before = await spent()
      const { acked = Number.NaN, ...figures } = figuresOf(await send({ seconds }))
      const after = await spent()
      const grown = (name: string) => (after[name] ?? Number.NaN) - (before[name] ?? Number.NaN)
      samples.add(contender, {
        ...figures,
        'us a message, listener': grown('us') / acked,
        Postgres: grown('postgres') / acked,
        ...(contender === MANY && {
          'events/s': grown('events') / seconds,
          'pages/s': grown('refreshes') / seconds,
          failed: grown('errors'),
        }),
      })
      if (contender === MANY) await watch.call('end')
    }
  } finally {
    await Promise.all([serve.end(), load.end(), watch.end()])
    await database.drop()
  }
  const title = `watchers: 1 notification a message, ${CONNECTIONS} connections`
  return [samples.table({ title, ratio: { column: 'messages/s', ours: NOBODY }, notes: NOTES })]
}

const NOTES = [
  'One process of serve, whose steps stand still: all that comes waits. Each who watches follows /api/events and asks for the overview again as the script of the page does.',
  'They are a process of their own on the same cores: a part of what they cost messages/s is theirs. The processor time of the listener is not.',
]
