/** The regular jobs of this process. */
import type { Organization } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import { STEPS } from '../domain/notification.ts'
import { createSweepJob } from '../doors/sweep/job.ts'
import type { Metrics } from '../http/metrics.ts'
import { createWebhooks } from '../ledger/notices/webhooks.ts'
import { forgetOldAccess } from '../ledger/people/page-sessions.ts'
import type { Recorder } from '../ledger/record/recorder.ts'
import { createForgottenClicks } from '../ledger/upkeep/forgotten-clicks.ts'
import { sumHoursThatAreOver } from '../ledger/upkeep/hours.ts'
import { createRetirement } from '../ledger/upkeep/retirement.ts'
import { createStatistics } from '../ledger/upkeep/statistics.ts'
import { forgetDetailsAfter } from '../ledger/work/details.ts'
import { createSessions } from '../ledger/work/sessions.ts'
import type { Tallies } from '../notices/alerts/tallies.ts'
import { leaseTimes } from '../pipeline/stage/leases.ts'
import { createAnalyse } from '../pipeline/upkeep/analyse.ts'
import { createForgetAccess } from '../pipeline/upkeep/forget-access.ts'
import { createForgetClicks } from '../pipeline/upkeep/forget-clicks.ts'
import { createForgetDetails } from '../pipeline/upkeep/forget-details.ts'
import { createRescue } from '../pipeline/upkeep/rescue.ts'
import { createRetire } from '../pipeline/upkeep/retire.ts'
import { createRetireNotices } from '../pipeline/upkeep/retire-notices.ts'
import { createSumHours } from '../pipeline/upkeep/sum-hours.ts'
import { createSweepSessions } from '../pipeline/upkeep/sweep-sessions.ts'
import { every, type Job, type Running } from '../runtime/every.ts'
import type { Log } from '../runtime/log.ts'
import { nonceHeldMs } from './orders.ts'
import type { AtWork } from './organization.ts'
import type { Pools } from './pools.ts'
import { createOrganizationSweep } from './sweep.ts'
import { createTaskJobs } from './tasks.ts'
import type { Wakes } from './wakes.ts'

interface Shared {
  config: Config
  worker: string
  pools: Pools
  wakes: Wakes
  log: Log
  metrics: Metrics
}

interface UpkeepOptions extends Shared {
  /** It may change while it runs. */
  organizations: readonly Organization[]
}

export interface OwnOptions extends Shared {
  /** For what the sweep finds. */
  recorder: Recorder
  /** For what the sweep finds. */
  tallies: Pick<Tallies, 'saw'>
}

/** The jobs of one organisation. */
export function startUpkeepOf(one: AtWork, options: OwnOptions): Running[] {
  const jobs = [rescueOf(one, options), sweepOf(one, options), forgetClicksOf(one, options)]
  return jobs.flatMap((job) => (job === undefined ? [] : [startJob(job, options.log)]))
}

/** The jobs of all of them together. */
export function startUpkeep(options: UpkeepOptions): Running[] {
  const { config, pools, organizations, log, metrics } = options
  const { rescueEveryMs } = leaseTimes(config.LEASE_SECONDS)
  const jobs: Job[] = [
    ...createTaskJobs({
      ...{ config, worker: options.worker, pool: pools.people, wakes: options.wakes },
      organizationIds: () => organizations.map(({ id }) => id),
    }),
    createAnalyse({ statistics: createStatistics(pools.people), everyMs: rescueEveryMs }),
    createSweepSessions({ sessions: createSessions({ runner: pools.people }), everyMs: 2 * rescueEveryMs }),
    createForgetDetails({
      forget: () => forgetDetailsAfter(pools.people, config.ATTEMPT_DETAIL_DAYS),
      everyMs: 3_600_000,
      restMs: 1_000,
    }),
    createSumHours({
      sum: () => sumHoursThatAreOver(pools.people, { most: 24, days: config.RETENTION_DAYS }),
      everyMs: 300_000,
      restMs: 1_000,
    }),
    createForgetAccess({ forget: (days) => forgetOldAccess(pools.people, days), everyMs: 3_600_000 }),
    createRetireNotices({
      notices: createWebhooks(pools.people),
      days: config.NOTICE_DAYS,
      everyMs: 3_600_000,
      restMs: 2_000,
    }),
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

function rescueOf({ organization, queue }: AtWork, { config, wakes, log, metrics }: OwnOptions): Job {
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

/** Undefined: it is off, or the organisation has no login of ours to ask with. */
function sweepOf({ organization, salesforce }: AtWork, options: OwnOptions): Job | undefined {
  const { config, pools, recorder, log, tallies } = options
  if (config.SWEEP_EVERY === undefined || organization.secrets.salesforce === undefined) return undefined
  const { since, ...sweep } = createOrganizationSweep({ organization, salesforce, runner: pools.people, recorder })
  const now = () => new Date()
  const onRecorded = (count: number) =>
    tallies.saw({ organizationId: organization.id, kind: 'sweep_found', detail: 'orders', count })
  return createSweepJob({ sweep, ledgerSince: since, everyMs: config.SWEEP_EVERY, now, log, onRecorded })
}

function forgetClicksOf({ organization }: AtWork, { config, pools }: OwnOptions): Job {
  const clicks = createForgottenClicks({
    runner: pools.people,
    organizationId: organization.id,
    nonceHeldMs: nonceHeldMs(config),
    keyDays: config.RETENTION_DAYS,
  })
  return createForgetClicks({ clicks, everyMs: 600_000 })
}

function startJob(job: Job, log: Log): Running {
  return every(job, {
    onFailed: (error) => log.error({ job: job.name, err: error }, 'upkeep.failed'),
    onRecovered: (failures) => log.info({ job: job.name, failures }, 'upkeep.recovered'),
  })
}
