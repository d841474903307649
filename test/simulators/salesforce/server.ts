import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { type CallKind, type createFaults, defaultBody } from './faults.ts'
import type { Reply } from './reply.ts'
import type { Call, Incoming } from './rest.ts'

export interface ServerOptions {
  host: string
  port: number
  latencyMs: number
  route(request: Incoming): Call | Reply
  faults: ReturnType<typeof createFaults>
  /** Told of every call as it arrives, before it is done or goes wrong. */
  onCall(call: { kind: CallKind; body: unknown }): void
  apiUsage(): string
}

/** Serves the routes over HTTP, and does to them what the faults say. */
export async function serve(options: ServerOptions) {
  const closing = new AbortController()
  const server = createServer((request, response) => {
    // A request that ends early, or one cut short by close, has nobody left to answer.
    handle(request, response, { ...options, signal: closing.signal }).catch(() => response.destroy())
  })
  // Longer than any client keeps a connection: the end that reuses it should be the one that closes it.
  server.keepAliveTimeout = 120_000
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : options.port

  async function close() {
    if (!server.listening) return
    closing.abort()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  return { url: `http://${options.host}:${port}`, close }
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions & { signal: AbortSignal },
) {
  const text = (await buffer(request)).toString()
  const { method = 'GET', url = '/', headers } = request
  const callOptions = String(headers['sforce-call-options'] ?? '')
  const call = options.route({ method, url, text, authorization: headers.authorization, callOptions })
  if ('status' in call) return send(response, call)

  options.onCall({ kind: call.kind, body: call.body })
  const fault = options.faults.takeForCall(call.kind)
  if (fault?.kind === 'hang') return
  if (fault?.kind === 'reset') return request.socket.resetAndDestroy()
  if (options.latencyMs > 0) await delay(options.latencyMs, undefined, { signal: options.signal })
  if (call.kind !== 'oauth') response.setHeader('Sforce-Limit-Info', options.apiUsage())
  if (fault?.kind === 'status')
    return send(response, { status: fault.status, body: fault.body ?? defaultBody(fault.status) }, fault.headers)
  const reply = call.run()
  if (fault?.kind === 'reset-after') return request.socket.resetAndDestroy()
  return send(response, reply)
}

function send(response: ServerResponse, { status, body }: Reply, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/html;charset=UTF-8' : 'application/json;charset=UTF-8'
  response.writeHead(status, { 'Content-Type': type, ...headers }).end(text)
}
