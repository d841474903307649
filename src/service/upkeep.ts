/** The upkeep of the ledger by this process. */
import type { Config } from '../config/read.ts'
import { STEPS } from '../domain/notification.ts'
import type { Metrics } from '../http/metrics.ts'
import { createRetirement } from '../ledger/upkeep/retirement.ts'
import { createStatistics } from '../ledger/upkeep/statistics.ts'
import { createSessions } from '../ledger/work/sessions.ts'
import { leaseTimes } from '../pipeline/stage/leases.ts'
import { createAnalyse } from '../pipeline/upkeep/analyse.ts'
import { createRescue } from '../pipeline/upkeep/rescue.ts'
import { createRetire } from '../pipeline/upkeep/retire.ts'
import { createSweepSessions } from '../pipeline/upkeep/sweep-sessions.ts'
import { every, type Job, type Running } from '../runtime/every.ts'
import type { Log } from '../runtime/log.ts'
import type { AtWork } from './organization.ts'
import type { Pools } from './pools.ts'
import type { Wakes } from './wakes.ts'

export interface UpkeepOptions {
  config: Config
  pools: Pools
  organizations: AtWork[]
  wakes: Wakes
  log: Log
  metrics: Metrics
}

export function startUpkeep(options: UpkeepOptions): Running[] {
  const { config, pools, organizations, log, metrics } = options
  const { rescueEveryMs } = leaseTimes(config.LEASE_SECONDS)
  const jobs: Job[] = [
    ...organizations.map((one) => rescueOf(one, options)),
    createAnalyse({ statistics: createStatistics(pools.people), everyMs: rescueEveryMs }),
    createSweepSessions({ sessions: createSessions({ runner: pools.people }), everyMs: 2 * rescueEveryMs }),
    createRetire({
      retirements: createRetirement({ pool: pools.people, days: config.RETENTION_DAYS }),
      firstMs: 5_000,
      everyMs: 3_600_000,
      restMs: 100,
      now: () => performance.now(),
      log,
      onRetired: metrics.retired,
    }),
  ]
  return jobs.map((job) => startJob(job, log))
}

function rescueOf({ organization, queue }: AtWork, { config, wakes, log, metrics }: UpkeepOptions): Job {
  return createRescue({
    leased: queue,
    everyMs: leaseTimes(config.LEASE_SECONDS).rescueEveryMs,
    log,
    onRescued(notifications) {
      metrics.rescued({ organization: organization.name, notifications })
      for (const step of STEPS) wakes.wake({ organizationId: organization.id, step })
    },
  })
}

function startJob(job: Job, log: Log): Running {
  return every(job, {
    onFailed: (error) => log.error({ job: job.name, err: error }, 'upkeep.failed'),
    onRecovered: (failures) => log.info({ job: job.name, failures }, 'upkeep.recovered'),
  })
}
