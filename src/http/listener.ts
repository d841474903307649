/** An HTTP server of ours: its time-outs, what it refuses on sight, and one log line a request. */
import { createServer, type ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { IpList } from '../runtime/ip-list.ts'
import type { Log } from '../runtime/log.ts'
import { Problem } from '../runtime/problem.ts'
import { createSampledLog } from '../runtime/sampled.ts'
import { createCompilers } from './compilers.ts'
import { answerHalfClosed, createEnder } from './connections.ts'
import { answerProblems, rawProblem, sendProblem, toProblem } from './problems.ts'
import { setSecurityHeaders } from './security-headers.ts'
import type { Tls } from './tls.ts'

export interface ListenerOptions {
  log: FastifyBaseLogger
  /** Longest time for a request to arrive whole, ms. */
  requestTimeoutMs: number
  /** Proxies that are believed when they say who asks. Absent: none is. */
  proxies?: IpList
  /** Absent: plain HTTP. */
  tls?: Tls
}

/** Enough for any form and any JSON. Outbound messages have a limit of their own. */
const BODY_LIMIT = 64 * 1024

export function createListener({ log, requestTimeoutMs, proxies, tls }: ListenerOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: proxies === undefined ? false : proxies.allowed,
    serverFactory: (handler) => (tls?.createServer ?? createServer)(serverOptions(requestTimeoutMs), handler),
    bodyLimit: BODY_LIMIT,
    schemaController: { compilersFactory: createCompilers() },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: answerUnreadable,
    // A path that is no path reaches no route, and so no error handler.
    frameworkErrors: (error, request, reply) => sendProblem(reply, toProblem(error, request)),
  })
  // Older versions of Node take the first thousand and drop the rest without a word. What a proxy has added may be in the
  // rest: who asks, and his certificate. Their size in all is limited anyway.
  app.server.maxHeadersCount = 0
  answerHalfClosed(app.server)
  const endConnections = createEnder(app.server)
  app.addHook('preClose', async () => endConnections())
  app.addHook('onRequest', async (request, reply) => {
    // Fastify believes it as it believes X-Forwarded-For. But proxies pass on what a sender wrote there.
    delete request.raw.headers['x-forwarded-host']
    setSecurityHeaders(request, reply)
    refuseTwoHosts(request)
  })
  const sampled = createSampledLog(log)
  app.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.config.logsItself !== true) logAnswer(request, reply, sampled)
  })
  answerProblems(app)
  return app
}

function serverOptions(requestTimeout: number): ServerOptions {
  return {
    requestTimeout,
    // Slow headers are cut off early; a slow body has its own guard.
    headersTimeout: Math.min(20_000, requestTimeout),
    // Node looks for late requests only so often; its own default is half a minute.
    connectionsCheckingInterval: Math.min(2_000, requestTimeout),
    // Longer than the senders' own, so that they, not we, close idle connections.
    keepAliveTimeout: 75_000,
  }
}

/** Node uses the first and drops the other. A proxy in front may have used the other. */
function refuseTwoHosts({ raw: { rawHeaders } }: FastifyRequest): void {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts += 1
  if (hosts > 1) throw new Problem(400, 'BAD_REQUEST', 'there is more than one Host header')
}

/** Answers what is not HTTP, or comes too late. */
function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, detail] = UNREADABLE[error.code ?? ''] ?? [400, 'this is not a request']
  if (socket.writable) socket.write(rawProblem(status, detail))
  socket.destroy(error)
}

const UNREADABLE: Record<string, [number, string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time'],
  HPE_HEADER_OVERFLOW: [431, 'the headers are too large'],
}

function logAnswer(request: FastifyRequest, reply: FastifyReply, sampled: Log): void {
  // The path alone: the query may hold the key.
  const path = request.url.split('?', 1)[0]
  const ms = Math.round(reply.elapsedTime * 10) / 10
  // Monitoring asks all the time, and so do those who wait for something new.
  const often = path?.startsWith('/health') || path === '/metrics' || reply.statusCode === 304
  const facts = { method: request.method, path, status: reply.statusCode, ms, ip: request.ip }
  if (often) request.log.debug(facts, 'request.answered')
  // Strangers can be refused as often as they like.
  else if (reply.statusCode >= 400 && reply.statusCode < 500)
    sampled.info({ reqId: request.id, ...facts }, 'request.answered')
  else request.log.info(facts, 'request.answered')
}
