/** What the Pub/Sub API does to a subscription. */
import type { CodeKind } from './kind.ts'

export const EVENTS = {
  EVENTS_UNAVAILABLE: {
    class: 'retry',
    meaning: 'The Pub/Sub API could not be reached, or ended the stream of events.',
    remedy:
      'It is retried automatically, from where it was. If it keeps failing, check PUBSUB_ENDPOINT, the firewall (port 7443, or 443) and the forward proxy.',
  },
  EVENTS_SILENT: {
    class: 'retry',
    meaning: 'The stream of events was open and said nothing for longer than Salesforce ever takes.',
    remedy:
      'It is retried automatically, from where it was. If it happens often, look for a proxy that holds connections.',
  },
  EVENTS_POSITION_LOST: {
    class: 'retry',
    meaning:
      'Salesforce no longer knows the position in the stream: it is older than 72 hours, or the organisation was moved or refreshed.',
    remedy:
      'There is nothing to do: Soapstone reads all events that Salesforce still has, and sweeps the orders changed since. Find out why nothing was read for so long.',
  },
  EVENTS_LIMIT: {
    class: 'pause',
    meaning:
      "The organisation's allocation of event deliveries in 24 hours is used up. Salesforce keeps events for 72 hours.",
    remedy:
      'It goes on by itself when the allocation allows it. To use less, subscribe to a custom channel with a filter, or to OrderStatusChangedEvent; or buy more.',
  },
  EVENTS_TOO_MANY: {
    class: 'pause',
    meaning: 'Salesforce has too many streams or requests of this organisation at a time.',
    remedy: 'It goes on by itself. If it stays, find out who else subscribes.',
  },
  EVENTS_FORBIDDEN: {
    class: 'pause',
    meaning: 'The integration user may not subscribe to the topic.',
    remedy:
      'For change events give it View All Records on the object, for a platform event Read on the event. It is looked at again every 15 minutes.',
  },
  EVENTS_TOPIC_UNKNOWN: {
    class: 'pause',
    meaning: 'The organisation has no such topic.',
    remedy:
      'Check PUBSUB_TOPICS. For OrderChangeEvent switch on Order in Setup, Change Data Capture; for OrderStatusChangedEvent enable order events in Setup, Order Settings. It is looked at again every 15 minutes.',
  },
  EVENTS_NOT_LICENSED: {
    class: 'pause',
    meaning: 'The edition of the organisation does not include the Pub/Sub API.',
    remedy: 'Use outbound messages, which every edition with workflows has. Empty PUBSUB_TOPICS.',
  },
} as const satisfies Record<string, CodeKind>
