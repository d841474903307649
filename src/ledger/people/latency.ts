/** How long it takes: until a message is Acked, and until its order is done. */
import { query, type Runner } from '../postgres/query.ts'

export const pace = query(
  'pace',
  { since: 'timestamptz' },
  { p50: 'double precision?', p95: 'double precision?' },
  'each-time',
)
export const ackTimes = query(
  'ack-times',
  { since: 'timestamptz' },
  { messages: 'integer', p50: 'double precision?', p95: 'double precision?' },
  'each-time',
)

/**
 * Orders: from arrival until Salesforce was told, of the newest thousand that completed since then. Acks: as the processes
 * have counted them, so that a time is the end of a class. Longer than the longest class is Infinity.
 */
export async function readLatency(runner: Runner, since: Date) {
  const [[orders], [acks]] = await Promise.all([pace(runner, { since }), ackTimes(runner, { since })])
  return {
    ack: { messages: acks?.messages ?? 0, p50Seconds: acks?.p50, p95Seconds: acks?.p95 },
    order: { p50Seconds: orders?.p50, p95Seconds: orders?.p95 },
  }
}
