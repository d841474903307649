import t from 'tap'
import { createRetireNotices } from '../../../src/pipeline/upkeep/retire-notices.ts'

t.test('retire-notices goes on soon while it finds something, and rests when it finds nothing more', async (t) => {
  const removed = [500, 0]
  const asked: number[] = []
  const retire = async (days: number) => {
    asked.push(days)
    return removed.shift() ?? 0
  }
  const job = createRetireNotices({ notices: { retire }, days: 30, everyMs: 3_600_000, restMs: 2_000 })
  t.same([await job.turn(), await job.turn()], [2_000, 3_600_000])
  t.same(asked, [30, 30])
})
