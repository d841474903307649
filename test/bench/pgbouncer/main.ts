/** pgbouncer: does everything work through it in transaction mode, without a word in the log, and what does it cost? */
import { migrate } from '../../../src/ledger/schema/migrate.ts'
import { type Bench, turns } from '../bench.ts'
import { figuresOf, numberOf, startChild } from '../child.ts'
import { createSamples } from '../table.ts'
import { inWorld } from '../whole/world.ts'
import { missing, startPgBouncer } from './server.ts'

const DIRECT = 'direct'
const THROUGH = 'through PgBouncer'

export const pgbouncer: Bench = async ({ rounds, seconds, size, postgres, say }) => {
  const reason = await missing()
  if (reason !== undefined) return [{ title: 'pgbouncer', rows: [], notes: [reason] }]
  const small = size === 'smoke'
  const orders = small ? 20 : 1_000
  const warmUp = small ? 0.1 : 1
  const acks = createSamples()
  const wholes = createSamples()
  const complaints: string[] = []
  for (const { round, contender } of turns(rounds, [DIRECT, THROUGH])) {
    say(`pgbouncer ${round}/${rounds}: ${contender}`)
    acks.add(contender, await on(contender, receive))
    wholes.add(contender, await on(contender, carry))
  }
  return [
    acks.table({
      title: 'pgbouncer: Acks, 16 connections',
      ratio: { column: 'messages/s', ours: DIRECT },
      notes: complaints.length > 0 ? complaints.slice(0, 5) : ['PgBouncer itself had nothing to complain of.'],
    }),
    wholes.table({
      title: `pgbouncer: ${orders.toLocaleString('en-US')} orders through both simulators`,
      ratio: { column: 'orders/s', ours: DIRECT },
      notes: ['Errors: lines of the service that are warnings or worse.'],
    }),
  ]

  /** A fresh ledger; migrated without PgBouncer, as the handbook says. */
  async function on(contender: string, measure: (url: string) => Promise<Record<string, number>>) {
    const database = await postgres.fresh()
    await migrate(database.url)
    const bouncer = contender === THROUGH ? await startPgBouncer(database.url) : undefined
    try {
      return await measure(bouncer?.url ?? database.url)
    } finally {
      complaints.push(...(bouncer?.complaints() ?? []))
      await bouncer?.close()
      await database.drop()
    }
  }

  async function receive(url: string): Promise<Record<string, number>> {
    const contender = await startChild(new URL('../ack/contender.ts', import.meta.url), 'ours', url)
    const load = await startChild(new URL('../ack/load.ts', import.meta.url), 'load')
    try {
      const { url: endpoint } = await contender.call('start')
      const shape = { url: endpoint, notifications: 1, connections: 16 }
      return figuresOf(await load.call('run', { ...shape, warmUp, seconds }))
    } finally {
      await load.end()
      await contender.end()
    }
  }

  function carry(url: string): Promise<Record<string, number>> {
    return inWorld({ databaseUrl: url, latencyMs: 0 }, async ({ salesforce, service }) => {
      const { orderIds } = await salesforce.call('seed', { orders })
      await service.call('record', { orderIds })
      const took = numberOf(await service.call('drain', { orderIds }), 'seconds')
      return { 'orders/s': orders / took, errors: numberOf(await service.call('errors'), 'errors') }
    })
  }
}
