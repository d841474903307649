/** What /health/ready says. */
import type { Readiness } from '../http/health.ts'
import type { Inspector } from '../ledger/people/inspect.ts'
import { cached } from '../runtime/cached.ts'
import type { Storing } from './storing.ts'

type Marker = Readiness['marker']

/** The worst first: what one organisation has to worry about must not be hidden by another. */
const MARKERS: readonly Marker[] = ['unreadable', 'unknown', 'readable', 'none']

export interface ReadinessOptions {
  storing: Pick<Storing, 'reason'>
  inspector: Pick<Inspector, 'pauses'>
  markers: () => Marker[]
  /** Milliseconds that only go forward. */
  now: () => number
}

/** How old an answer may be, ms: load balancers ask every second, and whoever asks more often gets the same. */
const FRESH_MS = 250

export function createReadiness({ storing, inspector, markers, now }: ReadinessOptions): () => Promise<Readiness> {
  const pauses = cached(async () => paused(inspector), { freshMs: 1_000, now })

  return cached(
    async () => {
      const marker = MARKERS.find((one) => markers().includes(one)) ?? 'none'
      const reason = await storing.reason()
      if (reason !== undefined) return { ready: false, ledger: 'down', reason, paused: [], marker }
      // That they can't be read now makes no message less safe.
      return { ready: true, ledger: 'up', paused: await pauses().catch(() => []), marker }
    },
    { freshMs: FRESH_MS, now },
  )
}

async function paused(inspector: Pick<Inspector, 'pauses'>): Promise<Readiness['paused']> {
  const rows = await inspector.pauses()
  return rows.map(({ step, code, message, since }) => ({ step, code, message, since: since.toISOString() }))
}
