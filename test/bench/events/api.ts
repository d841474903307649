/** The Pub/Sub API of the bench, in a process of its own: it puts events on the bus, and breaks streams where it is told to. */
import { setTimeout as sleep } from 'node:timers/promises'
import { STATUS_CHANGED } from '../../helpers/events.ts'
import { startPubSub } from '../../simulators/pubsub.ts'
import { createIds } from '../../simulators/salesforce/ids.ts'
import { numberOf, serveParent } from '../child.ts'

const pubsub = await startPubSub()
pubsub.bus.topic(STATUS_CHANGED)
const nextId = createIds(1)
let steady: Promise<void> | undefined
let published = 0
let breaks = 0
const stopping = new AbortController()

function publish(count: number): void {
  for (let i = 0; i < count; i++) pubsub.bus.orderStatusChanged(nextId('Order'))
  published += count
}

/** At that rate; every so often all streams end, each time in another way. */
async function publishSteadily(perSecond: number, breakEachMs: number): Promise<void> {
  let brokenAt = performance.now()
  while (!stopping.signal.aborted) {
    publish(Math.ceil(perSecond / 10))
    // Nobody comes back for what was read long ago.
    if (pubsub.bus.topic(STATUS_CHANGED).events.length > 5_000) pubsub.bus.forget(STATUS_CHANGED, 2_000)
    if (breakEachMs > 0 && performance.now() - brokenAt > breakEachMs) {
      brokenAt = performance.now()
      breaks += 1
      for (const stream of pubsub.streams) stream.end(breaks % 2 === 0 ? undefined : { code: '', status: 14 })
    }
    await sleep(100)
  }
}

serveParent({
  async open() {
    return { port: pubsub.port }
  },
  async publish(parcel) {
    publish(numberOf(parcel, 'count'))
    return {}
  },
  async begin(parcel) {
    steady = publishSteadily(numberOf(parcel, 'perSecond'), numberOf(parcel, 'breakEachMs'))
    return {}
  },
  async look() {
    return { published, breaks, streams: pubsub.streams.size }
  },
  async stop() {
    stopping.abort()
    await steady
    return {}
  },
})
