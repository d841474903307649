/** The HTTP server: time-outs, overload, one log line a request, and the doors. */
import underPressure from '@fastify/under-pressure'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { ack, XML_TYPE } from '../doors/outbound-message/ack.ts'
import { type OutboundMessageOptions, outboundMessages } from '../doors/outbound-message/route.ts'
import { health, type Readiness } from './health.ts'
import type { Metrics } from './metrics.ts'

export interface AppOptions {
  log: FastifyBaseLogger
  outboundMessages: OutboundMessageOptions
  readiness: () => Promise<Readiness>
  metrics: Metrics
  /** Longest time for a request to arrive whole, ms. */
  requestTimeoutMs: number
  /** Event loop delay from which new messages are refused, ms. */
  maxEventLoopDelayMs: number
  maxConnections: number
}

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { log, metrics } = options
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.outboundMessages.bodyLimit,
    requestTimeout: options.requestTimeoutMs,
    // Node looks for late requests only so often; its own default is half a minute.
    http: { connectionsCheckingInterval: Math.min(2_000, options.requestTimeoutMs) },
    connectionTimeout: 0,
    // Longer than the senders' own, so that they, not we, close idle connections.
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  })
  app.server.maxConnections = options.maxConnections
  // Slow headers are cut off early; a slow body is bounded by requestTimeout.
  app.server.headersTimeout = Math.min(20_000, options.requestTimeoutMs)

  await app.register(underPressure, {
    maxEventLoopDelay: options.maxEventLoopDelayMs,
    pressureHandler: (request, reply, type, value) => {
      // Those who watch us must see us all the more.
      if (!request.url.startsWith('/outbound-messages/')) return
      request.log.error({ type, value }, 'message.overloaded')
      metrics.received({ result: 'try-again', notifications: 0, duplicates: 0 })
      reply.code(503).header('retry-after', '10').header('connection', 'close').type(XML_TYPE).send(ack('try-again'))
    },
  })

  endConnections(app)

  app.addHook('onResponse', async (request, reply) => {
    const isMessage = request.method === 'POST' && request.routeOptions.url?.startsWith('/outbound-messages/')
    if (isMessage) metrics.acked(reply.elapsedTime / 1000)
    // One line a request, and a message has its own.
    else logAnswer(request, reply)
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }))

  outboundMessages(app, options.outboundMessages)
  health(app, options.readiness)
  app.get('/metrics', async (_request, reply) => {
    const { type, text } = await metrics.page()
    return reply.type(type).send(text)
  })
  return app
}

function logAnswer(request: FastifyRequest, reply: FastifyReply): void {
  // The path alone: the query may hold the key.
  const path = request.url.split('?', 1)[0]
  const ms = Math.round(reply.elapsedTime * 10) / 10
  const level = path?.startsWith('/health') || path === '/metrics' ? 'debug' : 'info'
  request.log[level]({ method: request.method, path, status: reply.statusCode, ms, ip: request.ip }, 'request.answered')
}

/** Longer than any message waits for its commit. */
const LAST_ANSWERS_MS = 5_000

/**
 * At close, ends connections as soon as what was asked on them is answered. By itself Node waits for those that never
 * asked anything, for ever, and for those whose last answer came after the close began, as long as they are kept alive.
 */
function endConnections(app: FastifyInstance): void {
  let answering = 0
  app.server.on('request', (_request, response) => {
    answering += 1
    response.once('close', () => {
      answering -= 1
    })
  })
  app.addHook('preClose', async () => {
    if (!app.server.listening) return
    const latest = performance.now() + LAST_ANSWERS_MS
    const timer = setInterval(() => {
      if (answering === 0 || performance.now() > latest) app.server.closeAllConnections()
    }, 50)
    app.server.once('close', () => clearInterval(timer))
  })
}
