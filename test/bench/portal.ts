/** portal: how many a second may ask how their orders stand, where nothing is new, and where the whole answer is wanted. */
import { prepareSchema } from '../../src/ledger/schema/prepare.ts'
import { type Bench, turns } from './bench.ts'
import { figuresOf, startChild, startContender } from './child.ts'
import { fillLedger } from './scale/fill.ts'
import { createSamples } from './table.ts'

const CONTENDERS = ['ours', 'naive']
const CONNECTIONS = 32
/** Customers who wait at the same time. */
const ORDERS = 500
const ROWS = 100_000

const QUESTIONS = { 'nothing new': true, 'the whole answer': false }

export const portal: Bench = async ({
  rounds,
  seconds,
  postgres,
  size,
  rows = size === 'smoke' ? 3_000 : ROWS,
  say,
}) => {
  const samples = createSamples()
  const database = await postgres.fresh()
  const load = await startChild(new URL('./portal/load.ts', import.meta.url), 'load')
  try {
    await fill(database.url, rows, say)
    for (const { round, contender } of turns(rounds, CONTENDERS)) {
      say(`portal ${round}/${rounds}: ${contender}`)
      const child = await startContender(new URL('./portal/contender.ts', import.meta.url), contender, database.url)
      try {
        const { url } = await child.call('start')
        const run = (known: boolean, long: number) =>
          load.call('run', { url, known, connections: CONNECTIONS, orders: ORDERS, seconds: long })
        await run(true, seconds / 2)
        for (const [question, known] of Object.entries(QUESTIONS)) {
          const before = {
            child: figuresOf(await child.call('processorTime')).us ?? 0,
            postgres: postgres.processorTime(),
          }
          const { answers = Number.NaN, ...figures } = figuresOf(await run(known, seconds))
          const after = {
            child: figuresOf(await child.call('processorTime')).us ?? 0,
            postgres: postgres.processorTime(),
          }
          samples.add(`${contender}: ${question}`, {
            ...figures,
            'us an answer, process': (after.child - before.child) / answers,
            Postgres: (after.postgres - before.postgres) / answers,
          })
        }
      } finally {
        await child.end()
      }
    }
  } finally {
    await load.end()
    await database.drop()
  }
  const title = `portal: ${ORDERS} orders of ${rows.toLocaleString('en-US')}, ${CONNECTIONS} connections`
  return [samples.table({ title, ratio: { column: 'answers/s', ours: 'ours: nothing new' }, notes: NOTES })]
}

const NOTES = [
  'Nothing new: If-None-Match, and 304. Ours checks a signed link each time, counts the address, and logs; naive checks nothing and logs nothing.',
  'Naive: Fastify, a question to Postgres for each request, all by index, and a tag that is a hash of what it brought.',
]

async function fill(url: string, rows: number, say: (text: string) => void): Promise<void> {
  await prepareSchema(url)
  say(`portal: filling in ${rows.toLocaleString('en-US')} orders`)
  await fillLedger(url, rows, say)
}
