/** One stream of the simulator: credit, responses, keepalives, as Salesforce sends them. */
import type { Metadata, ServerDuplexStream } from '@grpc/grpc-js'
import type { Bus, BusTopic } from './bus.ts'

export type Call = ServerDuplexStream<object, object>

export interface StreamOptions {
  call: Call
  bus: Bus
  /** Events in one response. */
  batch: () => number
  toError: (code: string, status: number) => { code: number; details: string; metadata: Metadata }
  /** Called with each request. */
  onRequest: (request: Request) => void
  onDelivered: (count: number) => void
  onEnd: () => void
}

export interface Request {
  topic: string
  preset: string
  replayId: Buffer
  count: number
}

export interface OpenStream {
  readonly topic: string
  readonly pending: number
  /** Sends what may be sent. */
  pump(): void
  /** The empty response. */
  keepalive(): void
  /** It says nothing more, and stays open. */
  freeze(): void
  /** Ended by Salesforce: in good order, or with that error. */
  end(error?: { code: string; status: number }): void
  /** All of it again, from that event on: as Salesforce does after some troubles. */
  repeat(count: number): void
}

/** Undefined: the first request has not come yet. */
export function openStream(options: StreamOptions): OpenStream {
  const { call, bus, toError } = options
  let topic: BusTopic | undefined
  let name = ''
  let next = 0
  let pending = 0
  let frozen = false
  let open = true

  function close(): void {
    if (open) options.onEnd()
    open = false
  }

  function fail(code: string, status: number): void {
    close()
    call.emit('error', toError(code, status))
  }

  function begin({ topic: asked, preset, replayId }: Request): boolean {
    const found = bus.topics.get(asked)
    if (found === undefined) return refuse('topic.not.found', 5)
    if (!found.canSubscribe) return refuse('subscription.topic.cannot.subscribe', 7)
    ;[topic, name] = [found, asked]
    if (preset === 'LATEST') next = found.events.length
    if (preset === 'CUSTOM') {
      if (replayId.length === 0) return refuse('subscription.fetch.replayid.validation.failed', 3)
      const at = found.events.findIndex((event) => event.replayId.equals(replayId))
      if (at >= 0) next = at + 1
      else if (known(replayId, found))
        next = found.events.filter((event) => event.replayId.compare(replayId) <= 0).length
      else return refuse('subscription.fetch.replayid.corrupted', 3)
    }
    return true
  }

  function refuse(code: string, status: number): false {
    fail(code, status)
    return false
  }

  /** A position without an event of this topic: within what is kept, of this era. */
  function known(replayId: Buffer, { events }: BusTopic): boolean {
    const [first] = events
    const sameEra = first === undefined || first.replayId.readUInt16BE(8) === replayId.readUInt16BE(8)
    return sameEra && (first === undefined || first.replayId.compare(replayId) <= 0)
  }

  function pump(): void {
    while (open && !frozen && topic !== undefined && pending > 0 && next < topic.events.length) {
      const events = topic.events.slice(next, next + Math.min(pending, options.batch()))
      next += events.length
      pending -= events.length
      options.onDelivered(events.length)
      const sent = events.map(({ replayId, ...event }) => ({ event, replayId }))
      const latest = events.at(-1)?.replayId
      call.write({ events: sent, latestReplayId: latest, rpcId: 'simulated', pendingNumRequested: pending })
    }
  }

  call.on('data', (given: object) => {
    if (!open) return
    const request = readRequest(given)
    options.onRequest(request)
    if (topic === undefined) {
      if (!begin(request)) return
    } else if (request.topic !== '' && request.topic !== name) return fail('subscription.fetch.topic.mismatch', 3)
    pending = Math.min(100, pending + request.count)
    pump()
  })
  call.on('cancelled', close)
  call.on('error', close)
  call.on('end', () => {
    close()
    call.end()
  })

  return {
    get topic() {
      return name
    },
    get pending() {
      return pending
    },
    pump,
    keepalive() {
      if (open && !frozen)
        call.write({ events: [], latestReplayId: bus.tip(), rpcId: 'alive', pendingNumRequested: pending })
    },
    freeze() {
      frozen = true
    },
    end(error) {
      if (!open) return
      if (error) return fail(error.code, error.status)
      close()
      call.end()
    },
    repeat(count) {
      next = Math.max(0, next - count)
      pump()
    },
  }
}

function readRequest(given: object): Request {
  const { topicName, replayPreset, replayId, numRequested }: Record<string, unknown> = { ...given }
  return {
    topic: String(topicName ?? ''),
    preset: String(replayPreset),
    replayId: Buffer.isBuffer(replayId) ? replayId : Buffer.alloc(0),
    count: Number(numRequested),
  }
}
