/** scale: what a ledger with ten million rows that ended long ago, and a hundred thousand that wait, costs more than an empty one. */
import pg from 'pg'
import { migrate } from '../../../src/ledger/schema/migrate.ts'
import { fillFinal, fillWaiting } from '../../helpers/old-ledger.ts'
import { type Bench, turns } from '../bench.ts'
import { figuresOf, startChild } from '../child.ts'
import { createSamples, type Samples, type Table, withTimes } from '../table.ts'
import { fillLedger } from './fill.ts'
import { sizesTable } from './sizes.ts'

const EMPTY = 'empty'
const SENDERS = 64

export const scale: Bench = async ({ rounds, seconds, size, postgres, say, rows: given }) => {
  const small = size === 'smoke'
  const rows = given ?? (small ? 2_000 : 10_000_000)
  const waiting = small ? 400 : 100_000
  const count = small ? 200 : 10_000
  const times = small ? 2 : 30
  /** What the empty one has when it is asked for pages of what ended: some. */
  const few = small ? 2_000 : 20_000
  const full = `${rows.toLocaleString('en-US')} ended, ${waiting.toLocaleString('en-US')} wait`
  const samples = createSamples()
  const old = await postgres.fresh()
  try {
    say(`scale: filling ${rows.toLocaleString('en-US')} rows`)
    const sizes = await connected(old.url, async (client) => {
      await fillLedger(client, rows, say)
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
        await measure(old.url, full, rows)
        blocks += 1
        await connected(old.url, (client) => fillWaiting(client, block(blocks, count)))
      } else {
        const fresh = await postgres.fresh()
        await connected(fresh.url, (client) => fillWaiting(client, block(1, count)))
        await measure(fresh.url, EMPTY, few)
        await fresh.drop()
      }
    }
    return [withTimes(table(samples, full), EMPTY, full), sizes]
  } finally {
    await old.drop()
  }

  async function measure(url: string, name: string, ended: number): Promise<void> {
    const add = (figures: Record<string, number>) => {
      for (const [what, ms] of Object.entries(figures)) samples.add(what, { [name]: ms })
    }
    // Connections of their own for each: plans, too.
    add(await inChild(url, 'work', { count }))
    add(await inChild(url, 'ack', { seconds, senders: SENDERS }))
    if (name === EMPTY) {
      await connected(url, async (client) => {
        await fillFinal(client, { from: 1, to: few + 1 })
        await client.query('vacuum (analyze)')
      })
    }
    add(await inChild(url, 'ask', { rows: ended, times }))
  }
}

/** Rows that wait: numbers that no other block has, nor the messages that the recorder numbers in between. */
function block(number: number, count: number) {
  const from = 100_000_000 * number
  return { from, to: from + count }
}

function table(samples: Samples, full: string): Table {
  return samples.table({
    title: `scale: ms on an empty ledger, and with ${full}`,
    notes: [
      'A claim and a settlement are of 200. The ledger was analysed before those came that wait, not after.',
      'What has to be found among what ended (list, show, status, replay) is asked of the empty one when 20,000 ended there. Status counts all that waits.',
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
