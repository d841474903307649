/** A Pub/Sub API of our own: the real interface over real gRPC, with the faults of the real one at our command. */
import { Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'
import { loadService } from '../../src/doors/platform-events/pubsub/service.ts'
import { type Bus, createBus } from './pubsub/bus.ts'
import { type Call, type OpenStream, openStream, type Request } from './pubsub/stream.ts'

export interface PubSubOptions {
  port?: number
  /** PEM. Absent: without TLS. */
  tls?: { key: string; cert: string }
  /** Whether that token is good. All are, when absent. */
  isLive?: (token: string) => boolean
}

export interface PubSub {
  /** For PUBSUB_ENDPOINT. */
  endpoint: string
  port: number
  bus: Bus
  /** Those that are open now. */
  streams: Set<OpenStream>
  /** What was asked for, first requests and later ones. */
  requests: Request[]
  /** Events that were sent, which Salesforce counts. */
  readonly delivered: number
  /** Questions for schemas, by id. */
  schemasAsked: string[]
  /** The next so many calls of that kind end with that error. */
  refuse(fault: Fault): void
  /** How long a schema takes, ms. */
  schemaDelayMs: number
  /** Events in one response. */
  batch: number
  close(): Promise<void>
}

export interface Fault {
  on: 'Subscribe' | 'GetTopic' | 'GetSchema'
  /** Without its prefix; empty: none at all. */
  code: string
  status: number
  times?: number
}

const PREFIX = 'sfdc.platform.eventbus.grpc.'

export async function startPubSub(options: PubSubOptions = {}): Promise<PubSub> {
  const streams = new Set<OpenStream>()
  const bus = createBus((topic) => {
    for (const stream of streams) if (stream.topic === topic) stream.pump()
  })
  const faults: Fault[] = []
  const state = { delivered: 0, schemaDelayMs: 0, batch: 100 }
  const requests: Request[] = []
  const schemasAsked: string[] = []

  function toError(code: string, status: number) {
    const metadata = new Metadata()
    if (code !== '') metadata.set('error-code', `${PREFIX}${code}`)
    metadata.set('rpc-id', 'simulated')
    return { code: status, details: code || 'the stream was reset', metadata }
  }

  /** Why this call is refused. */
  function refusal(on: Fault['on'], metadata: Metadata) {
    const [token] = metadata.get('accesstoken')
    const complete = ['accesstoken', 'instanceurl', 'tenantid'].every((name) => metadata.get(name).length === 1)
    if (!complete) return toError('service.auth.headers.invalid', 16)
    if (options.isLive && !options.isLive(String(token))) return toError('service.auth.error', 16)
    const fault = faults.find((one) => one.on === on)
    if (fault === undefined) return undefined
    fault.times = (fault.times ?? 1) - 1
    if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1)
    return toError(fault.code, fault.status)
  }

  type Unary = ServerUnaryCall<Record<string, unknown>, object>

  const server = new Server({ 'grpc.max_send_message_length': 16 * 1024 * 1024 })
  server.addService(await loadService(), {
    Subscribe(call: Call) {
      const refused = refusal('Subscribe', call.metadata)
      if (refused) return call.emit('error', refused)
      const stream: OpenStream = openStream({
        call,
        bus,
        batch: () => state.batch,
        toError,
        onRequest: (request) => requests.push(request),
        onDelivered: (count) => {
          state.delivered += count
        },
        onEnd: () => streams.delete(stream),
      })
      streams.add(stream)
      return
    },
    GetTopic({ metadata, request }: Unary, reply: sendUnaryData<object>) {
      const refused = refusal('GetTopic', metadata)
      const topic = bus.topics.get(String(request.topicName))
      if (refused || topic === undefined) return reply(refused ?? toError('topic.not.found', 5))
      const { canSubscribe, schemaId } = topic
      reply(null, { topicName: request.topicName, canPublish: false, canSubscribe, schemaId, rpcId: 'simulated' })
    },
    GetSchema({ metadata, request }: Unary, reply: sendUnaryData<object>) {
      const id = String(request.schemaId)
      schemasAsked.push(id)
      const refused = refusal('GetSchema', metadata)
      const schemaJson = bus.schemas.get(id)
      if (refused || schemaJson === undefined) return reply(refused ?? toError('schema.not.found', 5))
      setTimeout(() => reply(null, { schemaJson, schemaId: id, rpcId: 'simulated' }), state.schemaDelayMs)
    },
  })

  const { tls } = options
  const credentials = tls
    ? ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }])
    : ServerCredentials.createInsecure()
  const port = await new Promise<number>((resolve, reject) => {
    const address = `127.0.0.1:${options.port ?? 0}`
    server.bindAsync(address, credentials, (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  return Object.assign(state, {
    endpoint: tls ? `127.0.0.1:${port}` : `http://127.0.0.1:${port}`,
    port,
    bus,
    streams,
    requests,
    schemasAsked,
    refuse: (fault: Fault) => void faults.push({ ...fault }),
    async close() {
      server.forceShutdown()
    },
  })
}
