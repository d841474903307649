/** What /health/ready says. */
import type { Readiness } from '../http/health.ts'
import type { Inspector } from '../ledger/people/inspect.ts'

type Marker = Readiness['marker']

/** The worst first: what one organisation has to worry about must not be hidden by another. */
const MARKERS: readonly Marker[] = ['unreadable', 'unknown', 'readable', 'none']

export async function readiness(inspector: Pick<Inspector, 'pauses'>, markers: Marker[]): Promise<Readiness> {
  const marker = MARKERS.find((one) => markers.includes(one)) ?? 'none'
  try {
    const pauses = await inspector.pauses()
    const paused = pauses.map(({ step, code, message, since }) => ({ step, code, message, since: since.toISOString() }))
    return { ready: true, ledger: 'up', paused, marker }
  } catch {
    return { ready: false, ledger: 'down', paused: [], marker }
  }
}
