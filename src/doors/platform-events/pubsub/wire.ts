/** Requests and replies of the Pub/Sub API, typed. The loader drops a name that it does not know without a word. */

/** Where a stream begins. */
export type Start = { preset: 'LATEST' | 'EARLIEST' } | { preset: 'CUSTOM'; replayId: Buffer }

export interface FetchResponse {
  events: WireEvent[]
  /** How far the stream is. Undefined: it does not say. */
  latestReplayId: Buffer | undefined
  /** Events that were asked for and have not come. */
  pending: number
}

export interface WireEvent {
  /** Undefined: it is a change event. */
  id: string | undefined
  schemaId: string
  payload: Buffer
  replayId: Buffer
}

export interface TopicInfo {
  canSubscribe: boolean
  /** Empty for channels of several kinds of events. */
  schemaId: string
}

export function firstRequest(topic: string, start: Start, count: number): object {
  return {
    topicName: topic,
    replayPreset: start.preset,
    ...(start.preset === 'CUSTOM' && { replayId: start.replayId }),
    numRequested: count,
  }
}

export function nextRequest(topic: string, count: number): object {
  return { topicName: topic, numRequested: count }
}

export function readFetchResponse(reply: object): FetchResponse {
  const { events, latestReplayId, pendingNumRequested } = { ...blank, ...reply }
  return {
    events: Array.isArray(events) ? events.map(readEvent) : [],
    latestReplayId: bytes(latestReplayId),
    pending: typeof pendingNumRequested === 'number' ? pendingNumRequested : 0,
  }
}

export function readTopic(reply: object): TopicInfo {
  const { canSubscribe, schemaId } = { ...blank, ...reply }
  return { canSubscribe: canSubscribe === true, schemaId: text(schemaId) }
}

export function readSchemaJson(reply: object): string {
  return text({ ...blank, ...reply }.schemaJson)
}

/** What replies are read from: of each field that it may be anything. */
const blank: Record<string, unknown> = {}

function readEvent(given: unknown): WireEvent {
  const { event, replayId } = fieldsOf(given)
  const { id, schemaId, payload } = fieldsOf(event)
  return {
    id: text(id) || undefined,
    schemaId: text(schemaId),
    payload: bytes(payload) ?? Buffer.alloc(0),
    replayId: bytes(replayId) ?? Buffer.alloc(0),
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function bytes(value: unknown): Buffer | undefined {
  return Buffer.isBuffer(value) && value.length > 0 ? value : undefined
}
