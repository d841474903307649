import t from 'tap'
import type { Runner, Statement } from '../../src/ledger/postgres/query.ts'
import { watchStoring } from '../../src/service/storing.ts'

const STATEMENT: Statement = { text: 'insert', values: [], rowMode: 'array' }
const STORED: Runner = { query: async () => ({ rows: [], command: '', rowCount: 0, oid: 0, fields: [] }) }
const failing = (error: Error): Runner => ({ query: () => Promise.reject(error) })
const coded = (code: string) => Object.assign(new Error(`said ${code}`), { code })

t.test('a commit of the recorder says that messages can be stored: nobody else is asked', async (t) => {
  const probe = () => Promise.reject(new Error('asked'))
  const { runner, reason } = watchStoring({ runner: STORED, probe, now: () => 0 })
  await runner.query(STATEMENT)
  t.equal(await reason(), undefined)
})

t.test('a commit of the recorder that failed is believed, whatever a probe says', async (t) => {
  let clock = 0
  for (const code of ['53100', '25006', '57P03', '08006']) {
    const { runner, reason } = watchStoring({ runner: failing(coded(code)), probe: async () => {}, now: () => clock })
    await t.rejects(runner.query(STATEMENT))
    clock += 4_000
    t.equal(await reason(), `said ${code}`)
    clock += 2_000
    t.equal(await reason(), undefined, 'for a while')
  }
})

t.test('a message that is wrong says nothing of the ledger', async (t) => {
  const { runner, reason } = watchStoring({ runner: failing(coded('22021')), probe: async () => {}, now: () => 0 })
  await t.rejects(runner.query(STATEMENT))
  t.equal(await reason(), undefined)
})

t.test('where nothing was recorded a probe says it, one at a time, and again when that is old', async (t) => {
  let [clock, probes] = [0, 0]
  const probe = async () => {
    probes += 1
    if (probes === 2) throw new Error('a standby')
  }
  const { reason } = watchStoring({ runner: STORED, probe, now: () => clock })
  t.same(await Promise.all([reason(), reason(), reason()]), [undefined, undefined, undefined])
  t.equal(await reason(), undefined)
  t.equal(probes, 1)
  clock = 1_000
  t.equal(await reason(), 'a standby')
  clock = 2_000
  t.equal(await reason(), undefined)
})

t.test('a probe that is not answered says so at the deadline, and is not followed by another', async (t) => {
  let [clock, probes] = [0, 0]
  let answer = () => {}
  const probe = () => {
    probes += 1
    return new Promise<void>((resolve) => {
      answer = resolve
    })
  }
  const { reason } = watchStoring({ runner: STORED, probe, now: () => clock, deadlineMs: 20 })
  t.equal(await reason(), 'no commit was confirmed in 20 ms')
  clock = 10_000
  t.equal(await reason(), 'no commit was confirmed in 20 ms')
  t.equal(probes, 1)
  answer()
  await new Promise(setImmediate)
  t.equal(await reason(), undefined)
})
