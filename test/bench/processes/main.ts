/** processes: one, two and four of them on one ledger: do they share the work, and do they stand in each other's way? */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { migrate } from '../../../src/ledger/schema/migrate.ts'
import { fillWaiting } from '../../helpers/old-ledger.ts'
import { type Bench, turns } from '../bench.ts'
import { type Child, figuresOf, numberOf, startChild } from '../child.ts'
import { createSamples } from '../table.ts'
import { watch } from './watch.ts'

const CONNECTIONS = 32

export const processes: Bench = async ({ rounds, seconds, size, postgres, say }) => {
  const small = size === 'smoke'
  const waiting = small ? 400 : 40_000
  const warmUp = small ? 0.1 : 1
  const drains = createSamples()
  for (const { round, contender } of turns(rounds, small ? [2] : [1, 2, 4])) {
    say(`processes ${round}/${rounds}: ${contender} that drain`)
    drains.add(named(contender), await inLedger((url) => drain(url, contender)))
  }
  const acks = createSamples()
  for (const { round, contender } of turns(rounds, small ? [2] : [1, 2])) {
    say(`processes ${round}/${rounds}: ${contender} that receive`)
    acks.add(named(contender), await inLedger((url) => receive(url, contender)))
  }
  return [
    drains.table({
      title: `processes: ${waiting.toLocaleString('en-US')} that wait, drained together, every step in batches`,
      ratio: { column: 'notifications/s', ours: named(small ? 2 : 1) },
      notes: [
        'Least and most: of the notifications that one process completed, in per cent of an even share. Sessions were looked at each 20 ms.',
        'A failed statement is a claim that met another at one record or client, and was made again at once.',
      ],
    }),
    acks.table({
      title: `processes: Acks, ${CONNECTIONS} connections in all, spread evenly`,
      ratio: { column: 'messages/s', ours: named(small ? 2 : 1) },
    }),
  ]

  async function inLedger<T>(work: (url: string) => Promise<T>): Promise<T> {
    const database = await postgres.fresh()
    try {
      await migrate(database.url)
      return await work(database.url)
    } finally {
      await database.drop()
    }
  }

  async function drain(url: string, count: number): Promise<Record<string, number>> {
    await sql(url, async (client) => {
      await fillWaiting(client, { from: 1, to: waiting + 1 })
      await client.query('vacuum (analyze)')
    })
    const workers = await start(count, new URL('./worker.ts', import.meta.url), 'worker', url)
    try {
      await Promise.all(workers.map((worker) => worker.call('open')))
      const watched = await watch(url)
      const began = performance.now()
      await Promise.all(workers.map((worker) => worker.call('join')))
      let shares: number[] = []
      do {
        await sleep(20)
        shares = await Promise.all(workers.map(async (w) => numberOf(await w.call('completed'), 'completed')))
      } while (shares.reduce((sum, share) => sum + share, 0) < waiting)
      const rate = waiting / ((performance.now() - began) / 1_000)
      const even = waiting / count
      return {
        'notifications/s': rate,
        'least, %': (Math.min(...shares) / even) * 100,
        'most, %': (Math.max(...shares) / even) * 100,
        ...(await watched.stop()),
      }
    } finally {
      for (const worker of workers) await worker.end()
    }
  }

  async function receive(url: string, count: number): Promise<Record<string, number>> {
    const listeners = await start(count, new URL('../ack/contender.ts', import.meta.url), 'ours', url)
    const senders = await start(count, new URL('../ack/load.ts', import.meta.url), 'load')
    try {
      const urls = await Promise.all(listeners.map((listener) => listener.call('start')))
      const watched = await watch(url)
      const all = await Promise.all(
        senders.map((sender, i) =>
          sender.call('run', { ...urls[i], notifications: 1, connections: CONNECTIONS / count, warmUp, seconds }),
        ),
      )
      const figures = all.map(figuresOf)
      const sum = (name: string) => figures.reduce((total, one) => total + (one[name] ?? 0), 0)
      const most = (name: string) => Math.max(...figures.map((one) => one[name] ?? Number.NaN))
      const { 'failed statements': _, ...seen } = await watched.stop()
      return { 'messages/s': sum('messages/s'), 'p99 ms': most('p99 ms'), errors: sum('errors'), ...seen }
    } finally {
      for (const child of [...listeners, ...senders]) await child.end()
    }
  }
}

function start(count: number, file: URL, ...args: string[]): Promise<Child[]> {
  return Promise.all(Array.from({ length: count }, () => startChild(file, ...args)))
}

function named(count: number): string {
  return count === 1 ? 'one process' : `${count} processes`
}

async function sql(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await work(client)
  await client.end()
}
