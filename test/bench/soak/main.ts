/** soak: a steady load for half an hour, with and without somebody who holds a snapshot all the while: does it stay as it was? */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { migrate } from '../../../src/ledger/schema/migrate.ts'
import type { Bench } from '../bench.ts'
import { figuresOf, startChild } from '../child.ts'
import { fillLedger } from '../scale/fill.ts'
import { createSamples, type Table } from '../table.ts'
import { healthOf } from './health.ts'

const PER_SECOND = 200
const LOOK_EACH_MINUTES = 5

export const soak: Bench = async ({ size, postgres, say, rows = 0, minutes: given }) => {
  const minutes = given ?? (size === 'smoke' ? 1 / 30 : 30)
  const looks = Math.max(2, Math.round(minutes / LOOK_EACH_MINUTES))
  const tables: Table[] = []
  for (const reader of ['nobody holds a snapshot', 'a reader holds a snapshot all the while'] as const) {
    const samples = createSamples()
    const database = await postgres.fresh()
    await migrate(database.url)
    const client = await connect(database.url)
    if (rows > 0) await fillLedger(database.url, rows, say)
    const idle = reader.startsWith('a reader') ? await holdSnapshot(database.url) : undefined
    const worker = await startChild(new URL('./worker.ts', import.meta.url), 'worker', database.url)
    try {
      await worker.call('start', { perSecond: PER_SECOND })
      for (let look = 1; look <= looks; look++) {
        await sleep((minutes / looks) * 60_000)
        const seconds = Math.round((minutes / looks) * look * 60)
        const at = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
        const { done = 0, ...figures } = figuresOf(await worker.call('look'))
        const rate = done / ((minutes / looks) * 60)
        const row = { 'notifications/s': rate, ...figures, ...(await healthOf(client)) }
        say(`soak, ${reader}: ${at} ${JSON.stringify(row)}`)
        samples.add(at, row)
      }
      await worker.call('stop')
    } finally {
      await worker.end()
      await idle?.end()
      await client.end()
      await database.drop()
    }
    tables.push(
      samples.table({
        title: `soak: ${PER_SECOND} notifications a second, three steps each, on ${rows.toLocaleString('en-US')} that ended before; ${reader}`,
        notes: ['Dead rows, sizes, HOT and vacuums: of ledger.work. A claim is of up to 200.'],
      }),
    )
  }
  return tables
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'soapstone test' })
  await client.connect()
  return client
}

/** As a report that somebody left open: nothing that ends after this can be vacuumed away. */
async function holdSnapshot(url: string): Promise<pg.Client> {
  const client = await connect(url)
  await client.query('begin transaction isolation level repeatable read read only')
  await client.query('select count(*) from ledger.notification')
  return client
}
