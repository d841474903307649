/** What came and what ended, by minute, hour or day. */
import { Refusal } from './refusal.ts'
import { readTime } from './time.ts'

const BUCKETS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
/** More would be no chart. */
const MOST_BUCKETS = 1_500

export type Bucket = keyof typeof BUCKETS

export interface Throughput {
  at: Date
  received: number
  completed: number
  ignored: number
  superseded: number
  dead: number
}

export interface ThroughputPort {
  /** Only buckets in which something happened. */
  throughput(range: { since: Date; until: Date; bucket: Bucket }): Promise<Throughput[]>
}

export interface AskedThroughput {
  since?: string | undefined
  until?: string | undefined
  bucket?: string | undefined
}

/** By default the last day, by hours. All buckets of it, also those in which nothing happened; the oldest first. */
export async function readThroughput(
  ledger: ThroughputPort,
  { since = '24h', until, bucket: named = 'hour' }: AskedThroughput,
  now: Date,
): Promise<Throughput[]> {
  if (!isBucket(named)) {
    throw new Refusal('invalid', `bucket: '${named}' is none of ${Object.keys(BUCKETS).join(', ')}`)
  }
  const width = BUCKETS[named]
  const from = Math.floor(readTime('since', since, now).getTime() / width) * width
  const to = until === undefined ? now.getTime() : readTime('until', until, now).getTime()
  const count = Math.ceil((to - from) / width)
  if (count > MOST_BUCKETS) throw new Refusal('invalid', `more than ${MOST_BUCKETS} of a ${named} each: ask for less`)
  const range = { since: new Date(from), until: new Date(to), bucket: named }
  const found = new Map((await ledger.throughput(range)).map((one) => [one.at.getTime(), one]))
  return Array.from({ length: Math.max(0, count) }, (_, i) => from + i * width).map(
    (at) => found.get(at) ?? nothing(at),
  )
}

function isBucket(name: string): name is Bucket {
  return name in BUCKETS
}

function nothing(at: number): Throughput {
  return { at: new Date(at), received: 0, completed: 0, ignored: 0, superseded: 0, dead: 0 }
}
