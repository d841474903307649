/** The two listeners: the public one has the doors, the private one is for admins and their monitoring. */
import underPressure from '@fastify/under-pressure'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Door, PressureHandler } from '../doors/door.ts'
import type { IpList } from '../runtime/ip-list.ts'
import { createSampledLog } from '../runtime/sampled.ts'
import { type DropReason, limitConnections, limitRequests } from './connections.ts'
import { connectionsFor } from './file-limit.ts'
import { privateHealth, publicHealth, type Readiness } from './health.ts'
import { createListener } from './listener.ts'
import type { Tls } from './tls.ts'

export interface Address {
  host: string
  port: number
}

export interface ListenersOptions {
  log: FastifyBaseLogger
  doors: readonly Door[]
  readiness: () => Promise<Readiness>
  metrics: { dropped(reason: DropReason): void; page(): Promise<{ type: string; text: string }> }
  public: Address
  /** Proxies in front that are believed when they say who asks. Absent: none is. */
  proxies?: IpList
  /** Of the public listener. Absent: plain HTTP. */
  tls?: Tls
  /** Absent: there is none. */
  private?: Address
  /** What people find on the private one, besides metrics and health. */
  admin?: (app: FastifyInstance) => Promise<void>
  /** Longest time for a request to arrive whole, ms. */
  requestTimeoutMs: number
  /** Event loop delay from which the doors refuse what comes, ms. */
  maxEventLoopDelayMs: number
  maxConnections: number
}

export interface Listeners {
  /** Begins to listen. Rejects, and listens nowhere, when one of the addresses is not to be had. */
  open(): Promise<{ url: string; adminUrl?: string }>
  /** No more messages; those that have arrived are answered. */
  closeDoors(): Promise<void>
  /** Nothing more at all. */
  close(): Promise<void>
}

export async function createListeners(options: ListenersOptions): Promise<Listeners> {
  const doors = await createPublic(options)
  const admin = options.private && (await createPrivate(options))
  const close = async () => void (await Promise.all([doors.close(), admin?.close()]))
  return {
    async open() {
      try {
        const adminUrl = options.private && (await admin?.listen(options.private))
        const address = await doors.listen(options.public)
        const url = options.tls ? address.replace(/^http:/, 'https:') : address
        return { url, ...(adminUrl !== undefined && { adminUrl }) }
      } catch (error) {
        await close()
        throw error
      }
    },
    closeDoors: () => doors.close(),
    close,
  }
}

/** Connections of the private listener, where each who watches holds one: none of them is taken from the doors. */
const MOST_PRIVATE = 500

async function createPublic(options: ListenersOptions): Promise<FastifyInstance> {
  const { log, doors, metrics, maxEventLoopDelayMs } = options
  const app = createListener(options)
  const most = connectionsFor(options.maxConnections, log)
  const limits = {
    // One hostile sender must not take all connections. Salesforce opens far fewer at a time.
    mostOfAddress: Math.max(1, Math.floor(most / 4)),
    log: createSampledLog(log),
    onDropped: metrics.dropped,
  }
  // What comes through a proxy comes from many.
  const shared = options.proxies && { shared: options.proxies }
  limitConnections(app.server, { most, ...limits, ...shared })
  if (shared) limitRequests(app, { ...limits, ...shared })
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    // Health and metrics answer under pressure too. Only a door refuses, in its own words.
    pressureHandler: () => {},
  })
  for (const door of doors) addDoor(app, door)
  publicHealth(app, options.readiness)
  return app
}

function addDoor(app: FastifyInstance, { routes, overloaded }: Door): void {
  if (routes === undefined) return
  app.register(async (scope) => {
    if (overloaded !== undefined) {
      const pressureHandler = (...[request, reply, type, value]: Parameters<PressureHandler>) =>
        overloaded(request, reply, { type, value })
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, pressureHandler }
      })
    }
    routes(scope)
  })
}

async function createPrivate(options: ListenersOptions): Promise<FastifyInstance> {
  const { log, metrics, requestTimeoutMs, proxies } = options
  // TLS is for the public one: what people and monitoring use is behind a proxy, or on the machine itself.
  const app = createListener({ log, requestTimeoutMs, ...(proxies && { proxies }) })
  const most = MOST_PRIVATE
  // Whoever takes them all takes health and metrics away from those who watch us.
  const mostOfAddress = most / 2
  limitConnections(app.server, { most, mostOfAddress, log: createSampledLog(log), onDropped: metrics.dropped })
  privateHealth(app, options.readiness)
  app.get('/metrics', async (_request, reply) => {
    const { type, text } = await metrics.page()
    return reply.type(type).send(text)
  })
  await options.admin?.(app)
  return app
}
