/** GET /orders/:orderId/events: server-sent events. How the order stands now, then each change, until the last. */
import { PassThrough } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { OrderStatus } from '../domain/order-status.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { Problem } from '../runtime/problem.ts'
import type { OrderRequest } from './access.ts'
import { etagOf } from './etag.ts'
import type { PortalOptions } from './ports.ts'
import { unknownOrder } from './status.ts'
import { isFinal, viewOf } from './view.ts'

/** Proxies close a connection on which nothing comes. */
const PULSE_MS = 15_000
/** A stream is a connection and little more; but a stranger's page could open many. */
const MOST_STREAMS = 1_000

type Options = Pick<PortalOptions, 'statuses' | 'watch' | 'texts'>

export interface Events {
  open(request: OrderRequest, reply: FastifyReply): Promise<FastifyReply>
  /** Ends all streams: browsers come back by themselves, to whoever is there then. */
  close(): void
}

export function createEvents({ statuses, watch, texts }: Options): Events {
  const streams = new Set<PassThrough>()

  return {
    async open(request, reply) {
      const orderId = toId18(request.params.orderId)
      const first = orderId === undefined ? undefined : (await statuses.whole(orderId))?.status
      if (orderId === undefined || first === undefined) throw unknownOrder()
      const language = texts.choose(request.headers['accept-language'])
      const event = (status: OrderStatus) => eventOf(status, JSON.stringify(viewOf(status, texts, language)))
      // A browser that has the last event comes again after the end. This is how it is told to stay away.
      if (isFinal(first) && request.headers['last-event-id'] === event(first).id) return reply.code(204).send()
      if (streams.size >= MOST_STREAMS) {
        reply.header('retry-after', '10')
        throw new Problem(503, 'TOO_MANY_STREAMS', 'too many wait here: ask for the status again and again instead')
      }
      const stream = new PassThrough()
      let last: string | undefined
      const write = (text: string) => void (stream.writable && stream.write(text))
      const tell = (status: OrderStatus | undefined) => {
        const told = status && event(status)
        if (told !== undefined && told.id !== last) write(told.text)
        last = told?.id
        if (status === undefined || isFinal(status)) stream.end()
      }
      const pulse = setInterval(write, PULSE_MS, ': still here\n\n')
      streams.add(stream)
      tell(first)
      const leave = stream.writableEnded ? () => {} : watch.watch(orderId, tell)
      // When the last was told, or the reader has gone.
      reply.raw.once('close', () => {
        clearInterval(pulse)
        leave()
        streams.delete(stream)
        stream.destroy()
      })
      return reply
        .header('cache-control', 'private, no-store')
        .header('content-language', language)
        .header('x-accel-buffering', 'no')
        .type('text/event-stream; charset=utf-8')
        .send(stream)
    },
    close() {
      for (const stream of streams) stream.end()
    },
  }
}

function eventOf(status: OrderStatus, data: string) {
  const id = etagOf(data, String(isFinal(status))).replaceAll('"', '')
  return { id, text: `id: ${id}\nevent: status\ndata: ${data}\n\n` }
}
