/** whole: through both simulators, each in a process of its own: how much of the time is ours, and what Salesforce bills. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, turns } from '../bench.ts'
import { numberOf, type Parcel, textsOf } from '../child.ts'
import { createSamples, type Samples, type Table } from '../table.ts'
import { inWorld, type World, type WorldOptions } from './world.ts'

const SERVICE = 'serve'
const BARE = 'the same calls without a ledger'
const SHAPES = [
  { latencyMs: 0, orders: 2_000 },
  { latencyMs: 50, orders: 400 },
]
const SMALL = [{ latencyMs: 5, orders: 20 }]
/** Orders in bulk and as a trickle, with the default BATCH_WAIT and with a shorter one. */
const BILLS = [
  {
    name: '1,000 orders, messages of 100',
    orders: 1_000,
    perMessage: 100,
    perSecond: Number.POSITIVE_INFINITY,
    settings: {},
  },
  { name: '1,000, single messages, 50 a second', orders: 1_000, perMessage: 1, perSecond: 50, settings: {} },
  { name: '4,000, single messages, 50 a second', orders: 4_000, perMessage: 1, perSecond: 50, settings: {} },
  {
    name: '1,000, the same, BATCH_WAIT=1s',
    orders: 1_000,
    perMessage: 1,
    perSecond: 50,
    settings: { BATCH_WAIT: '1s' },
  },
]
/** Else the last write-back would wait for company, and the loop that it is held against waits for nothing. */
const NO_WAIT = { BATCH_WAIT: '100ms' }

export const whole: Bench = async ({ rounds, size, postgres, say }) => {
  const small = size === 'smoke'
  const shapes = (small ? SMALL : SHAPES).map((shape) => ({ ...shape, samples: createSamples() }))
  for (const { latencyMs, orders, samples } of shapes) {
    for (const { round, contender } of turns(rounds, [SERVICE, BARE])) {
      say(`whole, ${latencyMs} ms ${round}/${rounds}: ${contender}`)
      const seconds = await inFreshWorld({ latencyMs, settings: NO_WAIT }, async (world) => {
        const { orderIds } = await world.salesforce.call('seed', { orders })
        if (contender === SERVICE) await world.service.call('record', { orderIds })
        return numberOf(await world.service.call(contender === SERVICE ? 'drain' : 'bare', { orderIds }), 'seconds')
      })
      samples.add(contender, { 'orders/s': orders / seconds, seconds })
    }
  }
  const calls = createSamples()
  for (const { settings, ...shape } of small ? BILLS.slice(0, 1).map((bill) => ({ ...bill, orders: 100 })) : BILLS) {
    say(`whole, API calls: ${shape.name}`)
    await inFreshWorld({ latencyMs: 0, settings }, (world) => bill(world, { ...shape, calls }))
  }
  return [
    ...shapes.map(
      ({ latencyMs, orders, samples }): Table =>
        samples.table({
          title: `whole: ${orders.toLocaleString('en-US')} recorded orders through both simulators, ${latencyMs} ms an answer`,
          ratio: { column: 'orders/s', ours: SERVICE },
          notes: [
            'Four orders at a time go to WHMCS, four calls each. BATCH_WAIT=100ms; the bare loop waits for nothing.',
          ],
        }),
    ),
    calls.table({
      title: 'whole: Salesforce API calls, both simulators answer at once',
      notes: [
        'Sent as SOAP, by the simulator. A call each to read, to say Activating, to report - for up to 400 orders; a composite is several queries or collections, and one call.',
      ],
    }),
  ]

  async function inFreshWorld<T>(
    options: Omit<WorldOptions, 'databaseUrl'>,
    work: (world: World) => Promise<T>,
  ): Promise<T> {
    const database = await postgres.fresh()
    try {
      return await inWorld({ databaseUrl: database.url, ...options }, work)
    } finally {
      await database.drop()
    }
  }
}

interface Billed {
  name: string
  perMessage: number
  perSecond: number
  orders: number
  calls: Samples
}

async function bill({ salesforce, service }: World, { name, perMessage, perSecond, orders, calls }: Billed) {
  const { endpoint } = await service.call('serve')
  const orderIds = textsOf(await salesforce.call('seed', { orders }), 'orderIds')
  const began = performance.now()
  const sent: Promise<Parcel>[] = []
  for (let i = 0; i < orders; i += perMessage) {
    const wait = began + (i / perSecond) * 1_000 - performance.now()
    if (wait > 0) await sleep(wait)
    sent.push(salesforce.call('send', { endpoint, orderIds: orderIds.slice(i, i + perMessage) }))
  }
  await Promise.all(sent)
  await service.call('completed', { orders })
  const seconds = (performance.now() - began) / 1_000
  const { total, query, collections, composite } = await salesforce.call('calls')
  const per1000 = (count: unknown) => (Number(count) / orders) * 1_000
  calls.add(name, {
    'calls per 1,000 orders': per1000(total),
    queries: per1000(query),
    collections: per1000(collections),
    composites: per1000(composite),
    'seconds for all': seconds,
  })
}
