/** Server-sent events. All streams end before the listener closes, which would wait for them otherwise. */
import { PassThrough } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { isObject } from '../../runtime/is-object.ts'
import { Problem } from '../../runtime/problem.ts'

/** Proxies close a connection on which nothing comes. */
const PULSE_MS = 15_000
/** The private listener takes 250 connections of one address, such as a proxy; some must be left to ask with. */
const MOST_STREAMS = 220

export interface Stream {
  send(event: string, data: unknown): void
  end(): void
}

export interface Streams {
  /** `follow` begins to tell, and returns what ends that: it is called once, when the reader has gone or all is told. */
  open(reply: FastifyReply, follow: (stream: Stream) => () => void): FastifyReply
  close(): void
}

export function createStreams(): Streams {
  const open = new Set<PassThrough>()
  const chunks = new WeakMap<object, string>()

  /** What is told to many is written down once. */
  function chunkOf(event: string, data: unknown): string {
    const known = isObject(data) ? chunks.get(data) : undefined
    const chunk = known ?? `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    if (isObject(data)) chunks.set(data, chunk)
    return chunk
  }

  return {
    open(reply, follow) {
      if (open.size >= MOST_STREAMS) {
        reply.header('retry-after', '10')
        throw new Problem(503, 'TOO_MANY_STREAMS', 'too many follow events here: ask again and again instead')
      }
      const body = new PassThrough()
      open.add(body)
      const write = (text: string) => void (body.writable && body.write(text))
      // A first line, so that the headers go out and the reader knows that it is heard.
      write(': here\n\n')
      const pulse = setInterval(write, PULSE_MS, ': still here\n\n')
      const leave = follow({
        send: (event, data) => write(chunkOf(event, data)),
        end: () => body.end(),
      })
      reply.raw.once('close', () => {
        clearInterval(pulse)
        open.delete(body)
        leave()
        body.destroy()
      })
      return reply
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .type('text/event-stream; charset=utf-8')
        .send(body)
    },
    close() {
      for (const body of open) body.end()
    },
  }
}
