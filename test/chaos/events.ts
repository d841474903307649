/** The third door in the chaos: a Pub/Sub API that tells of orders, and what befalls it. */
import type { Pool } from '../../src/ledger/postgres/pool.ts'
import { APPROVED, CHANGES, echo } from '../helpers/events.ts'
import { type PubSub, startPubSub } from '../simulators/pubsub.ts'
import type { Salesforce } from '../simulators/salesforce.ts'
import type { End } from './orders.ts'
import type { Chance } from './random.ts'

export const PUBSUB_BLOWS = ['end', 'reset', 'refused', 'unavailable', 'freeze', 'repeat', 'migrate'] as const
export type PubSubBlow = (typeof PUBSUB_BLOWS)[number]

export interface Events {
  /** Of the API, for the lines to it. */
  port: number
  settings: Record<string, string>
  publish(orderId: string, end: End | undefined, chance: Chance): void
  strike(blow: PubSubBlow): void
  heal(): void
  /** Every event has been read, and its position was committed. */
  consumed(pool: Pool): Promise<boolean>
  close(): Promise<void>
}

export async function openEvents(salesforce: Salesforce): Promise<Events> {
  const pubsub = await startPubSub({ isLive: salesforce.isLive })
  const topics = [APPROVED, CHANGES]
  for (const topic of topics) pubsub.bus.topic(topic)
  echo(salesforce, pubsub)
  return {
    port: pubsub.port,
    settings: { PUBSUB_TOPICS: topics.join(','), PUBSUB_START: 'earliest' },
    publish(orderId, end, chance) {
      // What is told before it is approved is looked at again a minute later: too long for a round.
      if (end !== 'ignored' && chance.maybe(0.5)) pubsub.bus.orderApproved(orderId)
      else pubsub.bus.orderChanged({ recordIds: [orderId] })
    },
    strike: (blow) => STRIKES[blow](pubsub),
    heal() {
      for (const stream of pubsub.streams) stream.end({ code: '', status: 14 })
    },
    async consumed(pool) {
      const { rows } = await pool.query<{ topic: string; replay_id: Buffer | null }>(
        'select topic, replay_id from ledger.subscription',
      )
      return topics.every((topic) => {
        const last = pubsub.bus.topic(topic).events.at(-1)
        const at = rows.find((row) => row.topic === topic)?.replay_id
        return last === undefined || (at !== null && at !== undefined && last.replayId.equals(at))
      })
    },
    close: pubsub.close,
  }
}

const STRIKES: Record<PubSubBlow, (pubsub: PubSub) => void> = {
  end: (pubsub) => endAll(pubsub),
  reset: (pubsub) => endAll(pubsub, { code: '', status: 14 }),
  refused: (pubsub) => endAll(pubsub, { code: 'service.auth.error', status: 16 }),
  unavailable(pubsub) {
    const error = { code: 'service.unavailable', status: 14 }
    for (const on of ['Subscribe', 'GetTopic', 'GetSchema'] as const) pubsub.refuse({ on, ...error, times: 2 })
    endAll(pubsub, error)
  },
  freeze(pubsub) {
    for (const stream of pubsub.streams) stream.freeze()
  },
  repeat(pubsub) {
    for (const stream of pubsub.streams) stream.repeat(20)
  },
  migrate(pubsub) {
    pubsub.bus.migrate()
    endAll(pubsub)
  },
}

function endAll(pubsub: PubSub, error?: { code: string; status: number }): void {
  for (const stream of pubsub.streams) stream.end(error)
}
