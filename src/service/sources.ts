/** What metrics read when they are asked. */
import type { Organization } from '../config/organizations.ts'
import type { Sources, StageGauge } from '../http/gauges.ts'
import type { Inspector } from '../ledger/people/inspect.ts'
import { cached } from '../runtime/cached.ts'
import type { AtWork } from './organization.ts'

export interface SourcesOptions {
  organizations: readonly Organization[]
  atWork: readonly AtWork[]
  inspector: Pick<Inspector, 'counts'>
  recorder: { readonly waiting: number }
  pools: { use: Sources['pools'] }
}

export function sourcesOf({ organizations, atWork, inspector, recorder, pools }: SourcesOptions): Sources {
  const nameOf = (organizationId: string) => organizations.find(({ id }) => id === organizationId)?.name

  async function counts() {
    const rows = await inspector.counts()
    return rows.map(({ organization_id: id, state, step, notifications, oldest_seconds: oldestSeconds }) => ({
      organization: nameOf(id) ?? id,
      state,
      step,
      notifications,
      oldestSeconds,
    }))
  }

  return {
    // To count is work for Postgres, which a page that is read without end must not make more of.
    counts: cached(counts, { freshMs: 1_000, now: () => performance.now() }),
    stages: () => atWork.flatMap(gaugesOf),
    waiting: () => recorder.waiting,
    pools: pools.use,
  }
}

function gaugesOf({ organization, stages }: AtWork): StageGauge[] {
  return stages.map(({ step, status: { leased, state } }) => ({
    organization: organization.name,
    step,
    leased,
    paused: state !== 'running',
  }))
}
