/** GET /api/events: that something has changed, for whoever shows it and asks again then. */
import type { Pulse } from '../pulse.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import type { Streams } from './streams.ts'

export function eventsEndpoint({ pulse, streams }: { pulse: Pulse; streams: Streams }): Endpoint {
  return endpoint({
    method: 'GET',
    url: '/events',
    scope: 'read',
    tag: 'overview',
    summary:
      'Server-sent events: `changed`, at most once a second, with what has changed: received, ended, acts, pauses. Ask again within twice `refreshMs`, at random: it grows with the number of those who watch.',
    answers: { 200: { type: 'string', description: 'text/event-stream' } },
    produces: ['text/event-stream'],
    run: async ({ reply }) => streams.open(reply, (stream) => pulse.watch((change) => stream.send('changed', change))),
  })
}
