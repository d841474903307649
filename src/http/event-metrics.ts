/** Metrics of subscriptions to events. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export interface EventMetrics {
  /** Of one organisation. */
  of(organization: string): {
    events(counted: { topic: string; kind: string; count: number }): void
    delay(seconds: number): void
    positionLost(topic: string): void
    interrupted(topic: string, code: string): void
  }
  /** Adds what is read from there whenever the page is. */
  watch(subscriptions: () => Promise<SubscriptionGauge[]>): void
}

export interface SubscriptionGauge {
  organization: string
  topic: string
  subscribed: boolean
  /** Since the position was written. Undefined: there is none. */
  positionAgeSeconds: number | undefined
  deliveriesRemaining: number | undefined
}

export function createEventMetrics(registry: Registry): EventMetrics {
  const registers = [registry]
  const events = new Counter({
    name: 'soapstone_events_total',
    help: 'Notifications of events by topic: recorded, duplicate; and events: own, other, undecodable.',
    labelNames: ['organization', 'topic', 'kind'],
    registers,
  })
  const delays = new Histogram({
    name: 'soapstone_event_delay_seconds',
    help: "From an event, by Salesforce's clock, to its commit.",
    labelNames: ['organization'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600],
    registers,
  })
  const lost = new Counter({
    name: 'soapstone_event_positions_lost_total',
    help: 'Positions that Salesforce did not know any more.',
    labelNames: ['organization', 'topic'],
    registers,
  })
  const interruptions = new Counter({
    name: 'soapstone_event_interruptions_total',
    help: 'Streams that ended, by what they ended with.',
    labelNames: ['organization', 'topic', 'code'],
    registers,
  })
  return {
    of: (organization) => ({
      events: ({ topic, kind, count }) => events.inc({ organization, topic, kind }, count),
      delay: (seconds) => delays.observe({ organization }, seconds),
      positionLost: (topic) => lost.inc({ organization, topic }),
      interrupted: (topic, code) => interruptions.inc({ organization, topic, code }),
    }),
    watch: (subscriptions) => watchSubscriptions(registry, subscriptions),
  }
}

function watchSubscriptions(registry: Registry, subscriptions: () => Promise<SubscriptionGauge[]>): void {
  const gauge = (name: string, help: string, value: (subscription: SubscriptionGauge) => number | undefined) =>
    new Gauge({
      name,
      help,
      labelNames: ['organization', 'topic'],
      registers: [registry],
      async collect() {
        const all = await subscriptions().catch(() => [])
        this.reset()
        for (const one of all) {
          const { organization, topic } = one
          const found = value(one)
          if (found !== undefined) this.set({ organization, topic }, found)
        }
      },
    })
  gauge('soapstone_subscription_up', '1: some process reads the topic.', ({ subscribed }) => (subscribed ? 1 : 0))
  gauge(
    'soapstone_subscription_position_age_seconds',
    'Since the position was written: Salesforce knows it for 72 hours.',
    ({ positionAgeSeconds }) => positionAgeSeconds,
  )
  gauge(
    'soapstone_event_deliveries_remaining',
    'Deliveries that the organisation has left in 24 hours.',
    ({ deliveriesRemaining }) => deliveriesRemaining,
  )
}
