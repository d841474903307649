/**
 * events: how many events a second come into the ledger, how long after they happened, and what of memory it takes.
 * events-soak: the same for an hour, with streams that break all the while: does anything grow?
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { migrate } from '../../../src/ledger/schema/migrate.ts'
import type { Bench, BenchOptions } from '../bench.ts'
import { type Child, figuresOf, startChild, startServing } from '../child.ts'
import { createSamples, type Table } from '../table.ts'

const PER_SECOND = 50
const BREAK_EACH_MS = 5_000

export const events: Bench = async ({ size, rounds, seconds, postgres }) => {
  const count = size === 'smoke' ? 300 : 20_000
  const samples = createSamples()
  for (let round = 1; round <= rounds; round++) {
    await between(postgres, async ({ api, subscriber, port }) => {
      await api.call('publish', { count })
      const beganAt = performance.now()
      await subscriber.call('subscribe', { port })
      while (Number((await subscriber.call('recorded')).recorded) < count) await sleep(20)
      const took = (performance.now() - beganAt) / 1_000
      await subscriber.call('look')
      await api.call('begin', { perSecond: PER_SECOND, breakEachMs: 0 })
      await sleep(seconds * 1_000)
      const { recorded: _, 'heap, MB': __, ...figures } = figuresOf(await subscriber.call('look'))
      samples.add('subscriber', { 'events/s': count / took, ...figures })
    })
  }
  return [
    samples.table({
      title: `events: ${count.toLocaleString('en-US')} that wait, then ${PER_SECOND} a second`,
      notes: ['Events a second: from the start of the subscriber, connection included, to the last commit.'],
    }),
  ]
}

export const eventsSoak: Bench = async ({ size, postgres, say, minutes: given }) => {
  const minutes = given ?? (size === 'smoke' ? 1 / 30 : 60)
  const looks = Math.max(2, Math.min(Math.round(minutes), 60))
  const samples = createSamples()
  await between(postgres, async ({ api, subscriber, port }) => {
    await subscriber.call('subscribe', { port })
    await api.call('begin', { perSecond: PER_SECOND, breakEachMs: size === 'smoke' ? 300 : BREAK_EACH_MS })
    for (let look = 1; look <= looks; look++) {
      await sleep((minutes / looks) * 60_000)
      const [figures, { streams = 0, breaks = 0 }] = [
        figuresOf(await subscriber.call('look')),
        figuresOf(await api.call('look')),
      ]
      const row = { ...figures, 'streams broken': breaks, 'streams open': streams }
      say(`events-soak: ${look} of ${looks} ${JSON.stringify(row)}`)
      samples.add(`${Math.round((minutes / looks) * look * 60)} s`, row)
    }
    await api.call('stop')
    const { published = 0 } = figuresOf(await api.call('look'))
    const deadline = performance.now() + 60_000
    let recorded = 0
    while (recorded < published && performance.now() < deadline) {
      recorded = Number((await subscriber.call('recorded')).recorded)
      await sleep(50)
    }
    if (recorded !== published) throw new Error(`${published} events were published, ${recorded} are in the ledger`)
  })
  return [tableOf(samples, minutes)]
}

function tableOf(samples: ReturnType<typeof createSamples>, minutes: number): Table {
  const broken = `each stream breaks after ${BREAK_EACH_MS / 1_000} s`
  return samples.table({
    title: `events-soak: ${Math.round(minutes * 60)} s, ${PER_SECOND} events a second, ${broken}`,
  })
}

interface Parts {
  api: Child
  subscriber: Child
  port: number
}

async function between(postgres: BenchOptions['postgres'], work: (parts: Parts) => Promise<void>): Promise<void> {
  const database = await postgres.fresh()
  await migrate(database.url)
  const api = await startChild(new URL('./api.ts', import.meta.url), 'api')
  const subscriber = await startServing(new URL('./subscriber.ts', import.meta.url), 'ours', database.url)
  try {
    const { port = 0 } = figuresOf(await api.call('open'))
    await work({ api, subscriber, port })
    await subscriber.call('stop')
  } finally {
    await Promise.all([api.end(), subscriber.end()])
    await database.drop()
  }
}
