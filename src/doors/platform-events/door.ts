/** The door for events of the Pub/Sub API: a subscriber for each topic. It answers nobody: it fetches. */
import type { Door } from '../door.ts'
import type { Subscriber } from './subscriber.ts'

export function createPlatformEvents(subscribers: readonly Subscriber[]): Required<Pick<Door, 'start' | 'stop'>> {
  return {
    async start() {
      for (const subscriber of subscribers) subscriber.start()
    },
    async stop() {
      await Promise.all(subscribers.map((subscriber) => subscriber.stop()))
    },
  }
}
