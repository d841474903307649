import t from 'tap'
import { afterDeadlock } from '../../../src/ledger/postgres/deadlock.ts'

/** Fails with these SQLSTATEs, one after the other, and then succeeds. */
function failing(...codes: string[]) {
  const left = [...codes]
  return Object.assign(
    async () => {
      const code = left.shift()
      if (code !== undefined) throw Object.assign(new Error(`SQLSTATE ${code}`), { code })
      return 'done'
    },
    { left },
  )
}

t.test('afterDeadlock runs again what was ended to break a deadlock', async (t) => {
  t.equal(await afterDeadlock(failing('40P01', '40P01', '40P01')), 'done')
})

t.test('afterDeadlock gives up after four deadlocks', async (t) => {
  const run = failing('40P01', '40P01', '40P01', '40P01', '40P01')
  await t.rejects(afterDeadlock(run), { code: '40P01' })
  t.equal(run.left.length, 1)
})

t.test('afterDeadlock runs nothing again that failed otherwise: it may have been done', async (t) => {
  const run = failing('08006', '40P01')
  await t.rejects(afterDeadlock(run), { code: '08006' })
  t.equal(run.left.length, 1)
})
