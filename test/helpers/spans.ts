/** An SDK of OpenTelemetry in this process, which keeps the spans in memory: the first that is registered stays. */
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'

const exporter = new InMemorySpanExporter()
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()

/** From here on, with none of those that were kept before. */
export function keepSpans() {
  exporter.reset()
  const all = () => exporter.getFinishedSpans()
  return {
    all,
    named: (name: string): ReadableSpan[] => all().filter((span) => span.name === name),
    clear: () => exporter.reset(),
  }
}

export const traceOf = (span: ReadableSpan | undefined) => span?.spanContext().traceId
export const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId
export const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId
