/** The door for events, put together from the settings. Nothing of it is loaded where no topic is set. */
import type { Config } from '../config/read.ts'
import type { Door } from '../doors/door.ts'
import type { EventMetrics } from '../http/event-metrics.ts'
import type { Recorder } from '../ledger/record/recorder.ts'
import type { Log } from '../runtime/log.ts'
import type { AtWork } from './organization.ts'
import type { Pools } from './pools.ts'

export interface PlatformEventsOptions {
  config: Config
  /** Of the database, for connections of its own. */
  url: string
  organizations: AtWork[]
  pools: Pools
  worker: string
  /** For what sweeps find. */
  recorder: Pick<Recorder, 'record'>
  /** Called after a commit that brought the organisation work. */
  onRecorded: (organizationId: string) => void
  onError: (error: Error) => void
  metrics: EventMetrics
  log: Log
}

export async function platformEvents(options: PlatformEventsOptions): Promise<Door> {
  if (options.config.PUBSUB_TOPICS === undefined || options.organizations.length === 0) return {}
  const { subscribe } = await import('./subscriptions.ts')
  return subscribe({ ...options, topics: options.config.PUBSUB_TOPICS })
}
