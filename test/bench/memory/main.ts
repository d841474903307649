/** memory: what serve holds in memory while a million wait and it drains them, and how soon it is there after its start. */
import { mkdtemp, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { migrate } from '../../../src/ledger/schema/migrate.ts'
import { fillWaiting, notificationId } from '../../helpers/old-ledger.ts'
import type { Bench } from '../bench.ts'
import { startChild, textsOf, toParcel } from '../child.ts'
import { NODE_FLAGS } from '../start-script.ts'
import { createSamples } from '../table.ts'
import { type Serve, startServe } from './serve.ts'

const SAMPLE_MS = 500
const PORTION = 100_000
/** More than are drained while it is watched; what comes after them Salesforce does not know. */
const KNOWN = 40_000
const HEAPS = { 'as npm start runs it': NODE_FLAGS, 'with Node as it comes': [] }
const workspace = fileURLToPath(new URL('../../../.soapstone/', import.meta.url))

export const memory: Bench = async ({ rounds, seconds, size, postgres, say, rows }) => {
  const small = size === 'smoke'
  const waiting = rows ?? (small ? 2_000 : 1_000_000)
  const watched = Math.max(seconds, small ? 1 : 60)
  const starts = createSamples()
  const held = createSamples()
  const salesforce = await startChild(new URL('../whole/simulator.ts', import.meta.url), 'salesforce')
  const whmcs = await startChild(new URL('../whole/simulator.ts', import.meta.url), 'whmcs')
  const folder = await mkdtemp(`${workspace}memory-`)
  const database = await postgres.fresh()
  try {
    const there = await Promise.all([salesforce, whmcs].map((one) => one.call('start', { latencyMs: 0 })))
    const settings = Object.assign({}, ...there.map((one) => toParcel(one.settings)))
    for (let round = 1; round <= rounds; round++) {
      say(`memory ${round}/${rounds}: starts with a database of its own, which it makes`)
      const own = await mkdtemp(`${workspace}memory-own-`)
      const embedded = { DATABASE_URL: 'embedded', DATA_FOLDER: own }
      await begin('a database of its own, made at the first start', embedded)
      await begin('the same, when it is there', embedded)
      await rm(own, { recursive: true })
    }
    await migrate(database.url)
    for (let round = 1; round <= rounds; round++) await begin('DATABASE_URL, migrated', { DATABASE_URL: database.url })

    say(`memory: ${waiting.toLocaleString('en-US')} that wait`)
    const { orderIds } = await salesforce.call('seed', { orders: Math.min(KNOWN, waiting) })
    await fill(database.url, waiting, textsOf({ orderIds }, 'orderIds'), settings.SALESFORCE_ORG_ID)
    for (const [name, flags] of Object.entries(HEAPS)) {
      say(`memory: ${watched} s of draining, ${name}`)
      const serve = await startServe(folder, { ...settings, DATABASE_URL: database.url }, flags)
      try {
        const before = await done(database.url)
        const samples = await watch(serve, watched)
        const drained = (await done(database.url)) - before
        held.add(name, {
          'at its start, MB': samples[0] ?? Number.NaN,
          'mean, MB': samples.reduce((sum, mb) => sum + mb, 0) / samples.length,
          'most, MB': Math.max(...samples),
          'at the end, MB': samples.at(-1) ?? Number.NaN,
          'orders/s': drained / watched,
        })
      } finally {
        await serve.stop()
      }
    }

    async function begin(name: string, more: Record<string, string>): Promise<void> {
      const one = await startServe(folder, { ...settings, ...more })
      starts.add(name, { ms: one.readyMs })
      await one.stop()
    }
  } finally {
    await salesforce.end()
    await whmcs.end()
    await rm(folder, { recursive: true })
    await database.drop()
  }
  return [
    held.table({
      title: `memory: serve, resident, ${waiting.toLocaleString('en-US')} wait, looked at each half second for ${watched} s while it drains`,
      notes: ['Both simulators answer at once. What has come to its end counts as drained.'],
    }),
    starts.table({ title: 'memory: from the start of serve until /health/ready says yes' }),
  ]
}

async function watch(serve: Serve, seconds: number): Promise<number[]> {
  const samples: number[] = []
  const until = performance.now() + seconds * 1_000
  while (performance.now() < until) {
    samples.push(await serve.memory())
    await sleep(SAMPLE_MS)
  }
  return samples
}

/** The first are of orders that Salesforce has. */
async function fill(url: string, waiting: number, orderIds: string[], organizationId: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'soapstone test' })
  await client.connect()
  for (let from = 1; from <= waiting; from += PORTION) {
    await fillWaiting(client, { from, to: Math.min(from + PORTION, waiting + 1), of: waiting + 1, organizationId })
  }
  await client.query(
    `with g as (select * from unnest($1::text[], $2::text[]) as g (notification_id, record_id)),
       moved as (update ledger.notification n set record_id = g.record_id from g where n.notification_id = g.notification_id)
     update ledger.work w set record_id = g.record_id from g where w.notification_id = g.notification_id`,
    [orderIds.map((_, i) => notificationId(i + 1)), orderIds],
  )
  await client.query('vacuum (analyze)')
  await client.end()
}

async function done(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, application_name: 'soapstone test' })
  await client.connect()
  const { rows } = await client.query<{ n: number }>('select count(*)::integer as n from ledger.outcome')
  await client.end()
  return rows[0]?.n ?? 0
}
