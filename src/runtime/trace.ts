/**
 * Spans of OpenTelemetry, by its API alone. Where nobody has loaded an SDK all of this is empty calls: a span costs less
 * than a microsecond then. The SDK is added from outside, by --import: OPERATIONS.md, "Traces".
 */
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'

const tracer = trace.getTracer('soapstone')

const KINDS = { receives: SpanKind.SERVER, calls: SpanKind.CLIENT, works: SpanKind.INTERNAL } as const

export interface SpanOptions {
  kind: keyof typeof KINDS
  attributes?: Attributes
  /** What it belongs to. Absent: whatever is under way. */
  parent?: Origin
  /** What else it serves. */
  links?: Origin[]
}

/** Where a trace comes from: headers that came with a request, or what was kept of one. Undefined: from nowhere. */
export type Origin = { headers: Record<string, unknown> } | { traceparent: string | undefined }

/** What a piece of work may say of itself. */
export interface Traced {
  set(attributes: Attributes): void
  /** It did not come to what it should. */
  fail(why: string): void
}

/** Does the work within a span of that name. What it throws is the span's failure. */
export async function inSpan<T>(name: string, options: SpanOptions, work: (traced: Traced) => Promise<T>): Promise<T> {
  const { kind, attributes = {}, parent, links = [] } = options
  const spanOptions = { kind: KINDS[kind], attributes, links: links.flatMap(linkTo) }
  return tracer.startActiveSpan(name, spanOptions, parent ? contextOf(parent) : context.active(), async (span) => {
    try {
      return await work(tracedBy(span))
    } catch (error) {
      fail(span, error instanceof Error ? error.message : String(error))
      throw error
    } finally {
      span.end()
    }
  })
}

export interface PastSpan extends SpanOptions {
  /** Milliseconds since 1970. */
  from: number
  to: number
  /** Why it did not come to what it should. */
  failure?: string
}

/** A span of what is over already. */
export function addSpan(
  name: string,
  { kind, attributes = {}, parent, links = [], from, to, failure }: PastSpan,
): void {
  const spanOptions = { kind: KINDS[kind], attributes, links: links.flatMap(linkTo), startTime: from }
  const span = tracer.startSpan(name, spanOptions, parent ? contextOf(parent) : context.active())
  if (failure !== undefined) fail(span, failure)
  span.end(to)
}

/** What is to be kept, so that later work belongs to the same trace. Undefined: nobody traces. */
export function currentTraceparent(): string | undefined {
  const found = trace.getActiveSpan()?.spanContext()
  if (found === undefined || !isSpanContextValid(found)) return undefined
  return `00-${found.traceId}-${found.spanId}-${found.traceFlags.toString(16).padStart(2, '0')}`
}

/** For log lines. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent?.slice(3, 35)
}

/** What tells another system which trace its work belongs to. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {}
  propagation.inject(context.active(), headers)
  return headers
}

function tracedBy(span: Span): Traced {
  return {
    set: (attributes) => void span.setAttributes(attributes),
    fail: (why) => fail(span, why),
  }
}

function fail(span: Span, why: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: why.slice(0, 500) })
}

const TRACEPARENT = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/

function contextOf(origin: Origin): Context {
  if ('headers' in origin) return propagation.extract(ROOT_CONTEXT, origin.headers)
  const [, traceId, spanId, flags = ''] = TRACEPARENT.exec(origin.traceparent ?? '') ?? []
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true })
}

function linkTo(origin: Origin): Link[] {
  const found = trace.getSpanContext(contextOf(origin))
  return found === undefined || !isSpanContextValid(found) ? [] : [{ context: found }]
}
