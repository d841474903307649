/** notices: a thousand events a second to ten endpoints: are they kept up with, and does a dead endpoint harm the others? */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { prepareSchema } from '../../src/ledger/schema/prepare.ts'
import { type Bench, turns } from './bench.ts'
import { type Child, figuresOf, numberOf, startChild, startServing, textsOf } from './child.ts'
import { createSamples } from './table.ts'

const ENDPOINTS = 10
const EVENTS_PER_SECOND = 1_000
/** After it what was written to warm up has arrived. */
const SETTLED_MS = 3_000

/** How many of the endpoints each event goes to, and how many of them are dead. */
const CONTENDERS = {
  'each to one of ten': { all: false, dead: 0 },
  'each to one of ten, two of them dead': { all: false, dead: 2 },
  'each to all ten': { all: true, dead: 0 },
} as const
type Contender = keyof typeof CONTENDERS

export const notices: Bench = async ({ rounds, seconds, postgres, say }) => {
  const samples = createSamples()
  const names = Object.keys(CONTENDERS) as Contender[]
  for (const { round, contender } of turns(rounds, names)) {
    say(`notices ${round}/${rounds}: ${contender}`)
    const database = await postgres.fresh()
    const receivers = await startChild(new URL('./notices/receivers.ts', import.meta.url), 'receivers')
    try {
      await prepareSchema(database.url)
      const { all, dead } = CONTENDERS[contender]
      const urls = textsOf(await receivers.call('start', { endpoints: ENDPOINTS, dead }), 'urls')
      const client = new pg.Client({ connectionString: database.url })
      await client.connect()
      await register(client, urls, all)
      const deliverer = await startServing(new URL('./notices/deliverer.ts', import.meta.url), 'ours', database.url)
      try {
        await deliverer.call('start')
        const run = { receivers, deliverer, postgres, seconds, wanted: all ? ENDPOINTS : 1 - dead / ENDPOINTS }
        samples.add(contender, await measure(run))
      } finally {
        await deliverer.end()
        await client.end()
      }
    } finally {
      await receivers.end()
      await database.drop()
    }
  }
  const title = `notices: ${EVENTS_PER_SECOND} events a second, ${ENDPOINTS} endpoints`
  return [samples.table({ title, notes: NOTES })]
}

const NOTES = [
  'On time: deliveries that had arrived when the last event was written, of all that the living endpoints were to get.',
  'Latency: from the event to its arrival. A dead endpoint takes the connection and never answers.',
]

/** What all endpoints want, or each its tenth. */
async function register(client: pg.Client, urls: string[], all: boolean): Promise<void> {
  for (const [i, url] of urls.entries())
    await client.query(
      `insert into ledger.webhook (webhook_id, url, types, filter, secrets)
       values ($1, $2, array['order.provisioned'], $3, '[{"secret": "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"}]')`,
      [`whk_${i}`, url, all ? {} : { endpoint: `${i}` }],
    )
}

interface Run {
  receivers: Child
  deliverer: Child
  postgres: { processorTime(): number }
  seconds: number
  /** Deliveries to living endpoints for each event. */
  wanted: number
}

async function measure({ receivers, deliverer, postgres, seconds, wanted }: Run) {
  const write = (long: number) =>
    deliverer.call('write', { seconds: long, perSecond: EVENTS_PER_SECOND, endpoints: ENDPOINTS })
  await write(0.5)
  await sleep(SETTLED_MS)
  await receivers.call('reset')
  const processorTime = async () => numberOf(await deliverer.call('processorTime'), 'us')
  const before = { process: await processorTime(), postgres: postgres.processorTime() }
  await write(seconds)
  const { received = 0, p50 = Number.NaN, p99 = Number.NaN } = figuresOf(await receivers.call('figures'))
  const after = { process: await processorTime(), postgres: postgres.processorTime() }
  return {
    'deliveries/s': received / seconds,
    'on time, %': (100 * received) / (EVENTS_PER_SECOND * seconds * wanted),
    'p50 ms': p50,
    'p99 ms': p99,
    'us a delivery, process': (after.process - before.process) / received,
    Postgres: (after.postgres - before.postgres) / received,
  }
}
