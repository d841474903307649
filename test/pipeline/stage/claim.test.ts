import t from 'tap'
import type { WorkItem } from '../../../src/domain/notification.ts'
import { type ClaimOptions, claim } from '../../../src/pipeline/stage/claim.ts'
import type { StageState } from '../../../src/pipeline/stage/outages.ts'
import { numbered } from '../../helpers/stage.ts'

const IDLE = { waiting: 0, full: false }

/** A ledger with so many due, and a stage that has so many leased. */
function build({ due = 10, leased = 0, state = 'running', ...more }: Partial<Given> = {}) {
  const limits: number[] = []
  const options: ClaimOptions = {
    step: 'callback',
    queue: {
      async claim(_step, limit) {
        limits.push(limit)
        return Array.from({ length: Math.min(due, limit) }, (_, i) => numbered(i + 1))
      },
    },
    leases: {
      size: leased,
      take: (items: WorkItem[]) => items.map((item) => ({ item, signal: new AbortController().signal })),
    },
    outages: { state, admit: async (wanted) => (state === 'running' ? wanted : 1) },
    maxLeased: 20,
    runSize: 10,
    gatherMs: 50,
    now: () => 1_000,
    ...more,
  }
  return { options, limits }
}
type Given = ClaimOptions & { due: number; leased: number; state: StageState }

t.test('claim takes as many as there is room for, and says that there may be more', async (t) => {
  const { options, limits } = build({ due: 100, leased: 6 })
  const { leases, more, gatherUntil } = await claim(options, IDLE)
  t.same([leases.length, more, gatherUntil], [14, true, 0])
  t.same(limits, [14])
})

t.test('claim waits for company after a small one, counted from before it was asked', async (t) => {
  t.match(await claim(build({ due: 9 }).options, IDLE), { more: true, gatherUntil: 1_050 })
  t.match(await claim(build({ due: 0 }).options, IDLE), { more: false, gatherUntil: 0 })
})

t.test('claim asks nothing while less than half is free, unless there is nothing to do', async (t) => {
  const nearlyFull = build({ leased: 11 })
  t.match(await claim(nearlyFull.options, { waiting: 1, full: false }), { leases: [], more: false })
  t.match(await claim(nearlyFull.options, { waiting: 0, full: true }), { leases: [], more: false })
  t.same(nearlyFull.limits, [])
  await claim(nearlyFull.options, IDLE)
  const half = build({ leased: 10 })
  await claim(half.options, { waiting: 1, full: true })
  t.same([nearlyFull.limits, half.limits], [[9], [10]])
  const full = build({ leased: 20 })
  await claim(full.options, IDLE)
  t.same(full.limits, [])
})

t.test('claim takes no more than the outages and the next step let it', async (t) => {
  const probing = build({ state: 'probing' })
  t.match(await claim(probing.options, IDLE), { more: false }, 'the probe comes first')
  const behind = build({ mayClaim: async (wanted) => wanted - 17 })
  await claim(behind.options, IDLE)
  t.same([probing.limits, behind.limits], [[1], [3]])
  const far = build({ mayClaim: async () => -5 })
  await claim(far.options, IDLE)
  t.same(far.limits, [])
  const paused = build({
    outages: { state: 'paused', admit: async () => 0 },
    mayClaim: () => Promise.reject(new Error('asked')),
  })
  t.same(await claim(paused.options, IDLE), { leases: [], more: false, gatherUntil: 0 })
})
