/** scale: what a ledger with ten million rows that ended long ago, and a hundred thousand that wait, costs more than an empty one. */
import pg from 'pg'
import { migrate } from '../../../src/ledger/schema/migrate.ts'
import { fillFinal, fillWaiting } from '../../helpers/old-ledger.ts'
import { type Bench, type BenchOptions, turns } from '../bench.ts'
import { figuresOf, startChild } from '../child.ts'
import { createSamples, type Samples, type Table, withTimes } from '../table.ts'
import { fillLedger } from './fill.ts'
import { P50, P95 } from './names.ts'
import { sizesTable } from './sizes.ts'

const EMPTY = 'empty'
const SENDERS = 64

export const scale: Bench = async ({ rounds, seconds, size, postgres, say, rows: given, database }) => {
  const small = size === 'smoke'
  const rows = given ?? (small ? 2_000 : 10_000_000)
  const asked = { rounds, seconds, small, postgres, say, rows, waiting: small ? 400 : 100_000 }
  if (database !== undefined) return compare({ ...asked, url: database })
  const old = await postgres.fresh()
  try {
    say(`scale: filling ${rows.toLocaleString('en-US')} rows`)
    await migrate(old.url)
    await fillLedger(old.url, rows, say)
    return await compare({ ...asked, url: old.url })
  } finally {
    await old.drop()
  }
}

interface Comparison extends Pick<BenchOptions, 'rounds' | 'seconds' | 'postgres' | 'say'> {
  small: boolean
  /** A ledger in which so many have ended. */
  url: string
  rows: number
  /** How many wait in both. */
  waiting: number
}

/** The ledger that was filled, and an empty one. */
async function compare({ rounds, seconds, small, postgres, say, url, rows, waiting }: Comparison) {
  const count = small ? 200 : 10_000
  const times = small ? 2 : 40
  /** What the empty one has when it is asked for pages of what ended: some. */
  const few = small ? 2_000 : 20_000
  const full = `${rows.toLocaleString('en-US')} ended`
  const work = createSamples()
  const asks = createSamples()
  const sizes = await connected(url, async (client) => {
    const table = await sizesTable(client, rows)
    // After it was analysed, as a burst comes after a quiet night.
    await fillWaiting(client, block(1, waiting))
    await client.query('checkpoint')
    return table
  })
  let blocks = 1
  for (const { round, contender } of turns(rounds, [EMPTY, full])) {
    say(`scale ${round}/${rounds}: ${contender}`)
    if (contender === full) {
      await measure(url, full, rows)
      blocks += 1
      await connected(url, (client) => fillWaiting(client, block(blocks, count)))
    } else {
      const fresh = await postgres.fresh()
      await connected(fresh.url, (client) => fillWaiting(client, block(1, waiting)))
      await measure(fresh.url, EMPTY, few)
      await fresh.drop()
    }
  }
  return [
    withTimes(workTable(work, full, waiting), EMPTY, full),
    withTimes(asksTable(asks, full), `${EMPTY}, p50`, `${full}, p50`),
    sizes,
  ]

  async function measure(ledger: string, name: string, ended: number): Promise<void> {
    // Connections of their own for each: plans, too.
    for (const [command, parcel] of [
      ['work', { count }],
      ['ack', { seconds, senders: SENDERS }],
    ] as const) {
      const figures = await inChild(ledger, command, parcel)
      for (const [what, ms] of Object.entries(figures)) work.add(what, { [name]: ms })
    }
    await connected(ledger, async (client) => {
      if (name === EMPTY) {
        await fillFinal(client, { from: 1, to: few + 1 })
        await client.query('analyze')
      }
      // As autovacuum does within a minute of a burst.
      await client.query('vacuum ledger.notification, ledger.outcome, ledger.work')
    })
    for (const [key, ms] of Object.entries(await inChild(ledger, 'ask', { rows: ended, times }))) {
      const prefix = key.startsWith(P50) ? P50 : P95
      asks.add(key.slice(prefix.length), { [`${name}, ${prefix.trim()}`]: ms })
    }
  }
}

/** Rows that wait: numbers that no other block has, nor the messages that the recorder numbers in between. */
function block(number: number, count: number) {
  const from = 100_000_000 * number
  return { from, to: from + count }
}

function workTable(samples: Samples, full: string, waiting: number): Table {
  return samples.table({
    title: `scale: ms on an empty ledger, and with ${full}; ${waiting.toLocaleString('en-US')} wait in both`,
    notes: ['A claim and a settlement are of 200. The ledger was analysed before those came that wait, not after.'],
  })
}

function asksTable(samples: Samples, full: string): Table {
  return samples.table({
    title: `scale: ms of what is asked of an empty ledger, and with ${full}`,
    notes: [
      'Asked of the empty one when 20,000 had ended there: 100 of them dead, of the full one one in 200. What counts counts those, and all that waits.',
    ],
  })
}

async function inChild(url: string, command: string, parcel: Record<string, number>): Promise<Record<string, number>> {
  const child = await startChild(new URL('./ledger.ts', import.meta.url), 'ledger', url)
  try {
    return figuresOf(await child.call(command, parcel))
  } finally {
    await child.end()
  }
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  await migrate(url)
  const client = new pg.Client({ connectionString: url, application_name: 'soapstone test' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
