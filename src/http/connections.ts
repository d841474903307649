/** Connections: how many, how many of one address, and how they end. */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { IpList } from '../runtime/ip-list.ts'
import type { Log } from '../runtime/log.ts'
import { Problem } from '../runtime/problem.ts'

export type DropReason = 'too many' | 'too many of one address' | 'no file descriptor'

export interface ConnectionOptions {
  most: number
  /** Of one IPv4 address, or of one IPv6 network of 64 bits: each customer of a provider has one of them to himself. */
  mostOfAddress: number
  /** Addresses that speak for many: of them only `most` counts. */
  shared?: IpList
  log: Log
  onDropped: (reason: DropReason) => void
}

export function limitConnections(
  server: Server,
  { most, mostOfAddress, shared, log, onDropped }: ConnectionOptions,
): void {
  const open = createCounts()
  const drop = (reason: DropReason, facts: object) => {
    log.warn({ reason, ...facts }, 'connection.dropped')
    onDropped(reason)
  }
  server.maxConnections = most
  server.on('drop', (dropped) => drop('too many', { ip: dropped?.remoteAddress }))
  // Without a listener for this event, one connection without a file descriptor would end the process.
  server.on('error', (error) => {
    if (server.listening) drop('no file descriptor', { error: error.message })
  })
  server.on('connection', (socket: Socket) => {
    if (shared?.allowed(socket.remoteAddress ?? '') === true) return
    const network = networkOf(socket.remoteAddress ?? '')
    if (open.of(network) >= mostOfAddress) {
      socket.destroy()
      drop('too many of one address', { ip: socket.remoteAddress })
      return
    }
    socket.once('close', open.add(network))
  })
}

/** How many there are of each, as long as they are there. */
function createCounts() {
  const counts = new Map<string, number>()
  const of = (key: string) => counts.get(key) ?? 0
  return {
    of,
    /** Returns how to take it away again. */
    add(key: string) {
      counts.set(key, of(key) + 1)
      return () => {
        if (of(key) === 1) counts.delete(key)
        else counts.set(key, of(key) - 1)
      }
    },
  }
}

export type RequestLimits = Required<Pick<ConnectionOptions, 'mostOfAddress' | 'shared' | 'log' | 'onDropped'>>

/** The connections of a proxy are those of many. So of each who comes through one the requests under way are counted. */
export function limitRequests(app: FastifyInstance, { mostOfAddress, shared, log, onDropped }: RequestLimits): void {
  const open = createCounts()
  app.addHook('onRequest', async ({ ip, socket }, reply) => {
    if (!shared.allowed(socket.remoteAddress)) return
    const network = networkOf(ip)
    if (open.of(network) < mostOfAddress) {
      reply.raw.once('close', open.add(network))
      return
    }
    log.warn({ reason: 'too many of one address', ip }, 'request.dropped')
    onDropped('too many of one address')
    // Not 429: to Salesforce this is later, and not never.
    throw new Problem(503, 'TOO_MANY_REQUESTS', 'too many requests of this address are under way')
  })
}

/** The address itself, or the first 64 bits of one of IPv6. */
export function networkOf(address: string): string {
  const mapped = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1] ?? address
  const [before = '', after] = address.split('%', 1)[0]?.split('::') ?? []
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  return [...head, ...Array<string>(zeros).fill('0'), ...tail].slice(0, 4).join(':')
}

/**
 * A client may close its side once it has sent its request. By itself Node then closes the other side too, and the Ack is
 * lost. `httpAllowHalfOpen` is Node's own switch for it, which its types don't have.
 */
export function answerHalfClosed(server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true })
}

/** Longer than any message waits for its commit. */
const LAST_ANSWERS_MS = 5_000

/**
 * To be called when the server is to close: ends connections as soon as what was asked on them is answered. By itself
 * Node waits for those that never asked anything, for ever, and for those whose last answer came after the close began.
 */
export function createEnder(server: Server): () => void {
  let answering = 0
  server.on('request', (_request, response) => {
    answering += 1
    response.once('close', () => {
      answering -= 1
    })
  })
  return () => {
    if (!server.listening) return
    const latest = performance.now() + LAST_ANSWERS_MS
    const timer = setInterval(() => {
      if (answering === 0 || performance.now() > latest) server.closeAllConnections()
    }, 50)
    server.once('close', () => clearInterval(timer))
  }
}
