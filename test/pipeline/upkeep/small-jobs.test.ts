import t from 'tap'
import { createAnalyse } from '../../../src/pipeline/upkeep/analyse.ts'
import { createForgetAccess } from '../../../src/pipeline/upkeep/forget-access.ts'
import { createSumHours } from '../../../src/pipeline/upkeep/sum-hours.ts'
import { createSweepSessions } from '../../../src/pipeline/upkeep/sweep-sessions.ts'

t.test(
  'sweep-sessions, analyse and forget-access ask the ledger once a turn, and rest as long as they are told',
  async (t) => {
    const asked: string[] = []
    const note =
      <T>(what: string, answer: T) =>
      async () => {
        asked.push(what)
        return answer
      }
    const jobs = [
      createSweepSessions({ sessions: { sweep: note('sweep', 3) }, everyMs: 7 }),
      createAnalyse({ statistics: { refresh: note('analyse', true) }, everyMs: 8 }),
      createForgetAccess({ forget: note('forget 90 days', undefined), everyMs: 9 }),
    ]
    t.same(
      jobs.map(({ name, everyMs }) => [name, everyMs]),
      [
        ['sweep-sessions', 7],
        ['analyse', 8],
        ['forget-access', 9],
      ],
    )
    for (const job of jobs) t.equal(await job.turn(), undefined, 'what it did is not the rest until the next turn')
    t.same(asked, ['sweep', 'analyse', 'forget 90 days'])
  },
)

t.test('sum-hours goes on soon while there are hours to count, and rests when there are none', async (t) => {
  const counted = [24, 3, 0]
  const job = createSumHours({ sum: async () => counted.shift() ?? 0, everyMs: 300_000, restMs: 1_000 })
  t.same([await job.turn(), await job.turn(), await job.turn()], [1_000, 1_000, undefined])
})
