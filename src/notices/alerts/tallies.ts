/** Counts what only this process sees, and writes it down every moment: alerts are evaluated from the ledger. */
import type { Job } from '../../runtime/every.ts'

export interface Seen {
  /** Empty: nobody can tell whose it was. */
  organizationId: string
  kind: 'security' | 'messages_refused' | 'sweep_found' | 'ack'
  /** Of what kind exactly; one of few. */
  detail: string
  count: number
}

export interface Reading {
  organizationId: string
  kind: 'salesforce_budget' | 'certificate_expiry' | 'no_worker'
  subject: string
  value: number
  most?: number
}

/** What security.refused tells. */
interface Refusal {
  organizationId: string
  kind: string
  data: object
}

export interface TallyLedger {
  add(seen: Seen[]): Promise<void>
  read(readings: Reading[]): Promise<void>
  tell(refusals: Refusal[]): Promise<void>
}

export interface Tallies {
  saw(seen: Seen): void
  read(reading: Reading): void
  /** A request that was refused, or that may be an attack. */
  refused(kind: string, facts: object, count: number): void
  /** Writes them down. */
  job: Job
}

export interface TalliesOptions {
  ledger: TallyLedger
  everyMs: number
  /** Milliseconds that only go forward. */
  now: () => number
  /** Events of refusals that this process writes in a minute, at most: a stranger can cause as many as he likes. */
  mostRefusals?: number
}

export function createTallies({ ledger, everyMs, now, mostRefusals = 10 }: TalliesOptions): Tallies {
  let seen = new Map<string, Seen>()
  let readings = new Map<string, Reading>()
  const refusals = new Map<string, { count: number; facts: object }>()
  let minute = { since: Number.NEGATIVE_INFINITY, told: 0 }

  function saw(one: Seen): void {
    const key = [one.organizationId, one.kind, one.detail].join(' ')
    const count = (seen.get(key)?.count ?? 0) + one.count
    seen.set(key, { ...one, count })
  }

  async function write(): Promise<void> {
    const [mine, read] = [seen, readings]
    seen = new Map()
    readings = new Map()
    try {
      if (mine.size > 0) await ledger.add([...mine.values()])
    } catch (error) {
      for (const one of mine.values()) saw(one)
      for (const [key, one] of read) if (!readings.has(key)) readings.set(key, one)
      throw error
    }
    if (read.size > 0) await ledger.read([...read.values()])
    const told = nextRefusals()
    if (told.length > 0) await ledger.tell(told)
  }

  /** One for each kind, with how many there were. What is too much for this minute goes with the next one. */
  function nextRefusals(): Refusal[] {
    if (now() - minute.since >= 60_000) minute = { since: now(), told: 0 }
    const next = [...refusals].slice(0, mostRefusals - minute.told)
    minute.told += next.length
    for (const [kind] of next) refusals.delete(kind)
    return next.map(([kind, { count, facts }]) => {
      const { organizationId, ...rest } = toTexts(facts)
      const data = { kind, category: 'security', count, ...(organizationId && { organizationId }), ...rest }
      return { organizationId: organizationId ?? '', kind, data }
    })
  }

  return {
    saw,
    read(reading) {
      readings.set([reading.organizationId, reading.kind, reading.subject].join(' '), reading)
    },
    refused(kind, facts, count) {
      saw({ organizationId: '', kind: 'security', detail: kind, count })
      refusals.set(kind, { count: (refusals.get(kind)?.count ?? 0) + count, facts })
    },
    job: {
      name: 'write-tallies',
      everyMs,
      longestMs: 10_000,
      async turn() {
        await write()
        return undefined
      },
    },
  }
}

const LONGEST = 200
/** What may be told of a refused request. */
const TOLD = ['organizationId', 'ip', 'door', 'endpoint', 'path', 'reason', 'detail']

function toTexts(facts: object): Partial<Record<string, string>> {
  const texts = Object.entries(facts).flatMap(([name, value]) =>
    TOLD.includes(name) && typeof value === 'string'
      ? [[name === 'ip' ? 'address' : name, value.slice(0, LONGEST)]]
      : [],
  )
  return Object.fromEntries(texts)
}
