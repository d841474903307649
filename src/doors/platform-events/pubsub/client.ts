/**
 * A connection to the Pub/Sub API. gRPC alone waits for ever in two ways: for a peer that takes the connection and never
 * speaks, and on a stream whose peer froze. So each wait has an end here or in its caller, and pings find a dead line.
 */
import type { ChannelOptions } from '@grpc/grpc-js'
import { type PubSubError, toPubSubError } from './errors.ts'
import { preflight } from './preflight.ts'
import { loadService, methodsOf } from './service.ts'
import {
  type FetchResponse,
  firstRequest,
  nextRequest,
  readFetchResponse,
  readSchemaJson,
  readTopic,
  type Start,
  type TopicInfo,
} from './wire.ts'

export interface Endpoint {
  host: string
  port: number
  /** Only on this machine it may be without. */
  tls: boolean
}

/** Who asks: sent with each call. */
export interface Access {
  token: string
  instanceUrl: string
  organizationId: string
}

export interface PubSub {
  /** The first question: it says soon why there is no connection, and ends after that time where nobody says anything. */
  topic(name: string, ms: number): Promise<TopicInfo>
  /** The JSON of an Avro schema. */
  schema(id: string): Promise<string>
  subscribe(topic: string, start: Start, count: number): Stream
  close(): void
}

export interface Stream {
  /** The next response. Undefined: Salesforce has ended the stream, and says that all is well. */
  next(): Promise<FetchResponse | undefined>
  /** So many more events may come. */
  ask(count: number): void
  /** Must be called: a stream that nobody reads any more would go on in Salesforce, and cost deliveries. */
  cancel(): void
}

/** Rejects where nobody speaks there within `ms`. */
export type Connect = (access: Access, ms: number) => Promise<PubSub>

export interface ConnectOptions {
  endpoint: Endpoint
  /** `http://[user:password@]host:port` of a forward proxy. */
  proxy?: string
  /** How long a question may take, ms. */
  callMs?: number
  /** A line that answers no ping for `pingMs / 3` is dead. */
  pingMs?: number
}

/** An event is at most 1 MB, a response about 3 MB; the library's own limit is 4. */
const MOST_BYTES = 16 * 1024 * 1024

export function createConnect({ endpoint, proxy, callMs = 20_000, pingMs = 30_000 }: ConnectOptions): Connect {
  const target = `${endpoint.host}:${endpoint.port}`
  const options: ChannelOptions = {
    'grpc.max_receive_message_length': MOST_BYTES,
    'grpc.keepalive_time_ms': pingMs,
    'grpc.keepalive_timeout_ms': Math.ceil(pingMs / 3),
    // Two subscriptions of a process must not share one connection that hangs.
    'grpc.use_local_subchannel_pool': 1,
    // The library has its own idea of which variables name a proxy.
    'grpc.enable_http_proxy': 0,
    ...(proxy !== undefined && throughProxy(proxy, target)),
  }
  const address = proxy === undefined ? target : new URL(proxy).host

  return async ({ token, instanceUrl, organizationId }, ms) => {
    await preflight({ ...endpoint, proxy }, ms).catch((error: unknown): Promise<never> => {
      throw toPubSubError(error)
    })
    const { Client, credentials, Metadata } = await import('@grpc/grpc-js')
    const { subscribe, getSchema, getTopic } = methodsOf(await loadService())
    const client = new Client(address, endpoint.tls ? credentials.createSsl() : credentials.createInsecure(), options)
    const metadata = new Metadata()
    metadata.set('accesstoken', token)
    metadata.set('instanceurl', instanceUrl)
    metadata.set('tenantid', organizationId)

    const ask = ({ path, requestSerialize, responseDeserialize }: typeof getTopic, request: object, ms: number) =>
      new Promise<object>((resolve, reject) => {
        const deadline = { deadline: Date.now() + ms }
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          metadata,
          deadline,
          (error, reply) => (reply === undefined ? reject(toPubSubError(error)) : resolve(reply)),
        )
      })

    return {
      topic: async (name, ms) => readTopic(await ask(getTopic, { topicName: name }, ms)),
      schema: async (id) => readSchemaJson(await ask(getSchema, { schemaId: id }, callMs)),
      subscribe(topic, start, count) {
        const { path, requestSerialize, responseDeserialize } = subscribe
        const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata)
        // Where nobody waits for the next response an error would end the process.
        call.on('error', () => {})
        call.write(firstRequest(topic, start, count))
        const responses: AsyncIterator<object> = call[Symbol.asyncIterator]()
        return {
          async next() {
            const { done, value } = await responses.next().catch((error: unknown): Promise<never> => {
              throw toPubSubError(error) satisfies PubSubError
            })
            return done ? undefined : readFetchResponse(value)
          },
          ask: (more) => void call.write(nextRequest(topic, more)),
          cancel: () => call.cancel(),
        }
      },
      close: () => client.close(),
    }
  }
}

function throughProxy(proxy: string, target: string): ChannelOptions {
  const { username, password } = new URL(proxy)
  return {
    'grpc.http_connect_target': `dns:${target}`,
    'grpc.default_authority': target,
    ...(username && { 'grpc.http_connect_creds': `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  }
}
