/** drain: steps that do nothing, so that what is left is the cost of the queue itself; and how soon work begins. */
import { type Bench, turns } from '../bench.ts'
import { figuresOf, startContender } from '../child.ts'
import { createSamples } from '../table.ts'

const DRAINS = [
  'ours, every step in batches',
  'ours, as serve has it',
  'ours, PROVISION_CONCURRENCY=24',
  'graphile-worker, 24 at a time',
  'graphile-worker, 24, in batches',
  'pg-boss, 8 fetches of 50',
]
const SMALL = ['ours, every step in batches', 'graphile-worker, 24, in batches', 'pg-boss, 8 fetches of 50']
const WAITS = ['ours', 'graphile-worker', 'pg-boss']

export const drain: Bench = async ({ rounds, size, postgres, say }) => {
  const jobs = size === 'smoke' ? 200 : 20_000
  const records = size === 'smoke' ? 3 : 200
  const drains = createSamples()
  for (const { round, contender } of turns(rounds, size === 'smoke' ? SMALL : DRAINS)) {
    say(`drain ${round}/${rounds}: ${contender}`)
    drains.add(contender, await inChild(contender, 'drain', { jobs }))
  }
  const waits = createSamples()
  for (const { round, contender } of turns(rounds, WAITS)) {
    say(`drain, latency ${round}/${rounds}: ${contender}`)
    // pg-boss polls every half second: that many samples would take all day.
    waits.add(
      contender,
      await inChild(contender, 'latency', { records: contender === 'pg-boss' ? records / 5 : records }),
    )
  }
  return [
    drains.table({
      title: `drain: ${jobs.toLocaleString('en-US')} notifications or jobs that do nothing`,
      ratio: { column: 'jobs/s', ours: 'ours, every step in batches' },
      notes: [
        'A job of ours is one step of a notification: claimed, run, settled, with its row in the history. A notification has three, so notifications/s is a third. The other two delete or mark a job when it is done and keep no history of attempts.',
      ],
    }),
    waits.table({
      title: 'latency: from the commit to the start of the first run, one at a time, otherwise idle',
      notes: ['0: work began before the committing process knew of the commit.'],
    }),
  ]

  async function inChild(contender: string, command: string, parcel: Record<string, number>) {
    const database = await postgres.fresh()
    const child = await startContender(new URL('./contender.ts', import.meta.url), contender, database.url)
    try {
      return figuresOf(await child.call(command, parcel))
    } finally {
      await child.end()
      await database.drop()
    }
  }
}
