/** How long it takes, over a time: until a message is Acked, and until its order is done. */
import { readTime } from './time.ts'

export interface Latency {
  /** From a request to the end of its Ack, of all processes: half of the messages, and 95 % of them, took at most so long. */
  ack: Percentiles & { messages: number }
  /** From arrival until Salesforce was told, of the newest thousand orders that were provisioned. */
  order: Percentiles
}

/** Undefined: there was none. Infinity: longer than anybody waits. */
interface Percentiles {
  p50Seconds: number | undefined
  p95Seconds: number | undefined
}

export interface LatencyPort {
  latency(since: Date): Promise<Latency>
}

/** By default of the last day. */
export async function readLatency(
  ledger: LatencyPort,
  { since = '24h' }: { since?: string | undefined },
  now: Date,
): Promise<Latency> {
  return await ledger.latency(readTime('since', since, now))
}
