/** ledger_service may do what serve does, and no more: it can't change or delete what was recorded. */
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import type { Ignored } from '../../../src/domain/notification.ts'
import { createInspector } from '../../../src/ledger/people/inspect.ts'
import { openPool } from '../../../src/ledger/postgres/pool.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { createVault } from '../../../src/ledger/record/vault.ts'
import { schemaState } from '../../../src/ledger/schema/migrate.ts'
import { createRetirement } from '../../../src/ledger/upkeep/retirement.ts'
import { analyze, createStatistics } from '../../../src/ledger/upkeep/statistics.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { createBench, createWorker, pass, sqlState } from '../../helpers/ledger.ts'
import { message, notification, ORGANIZATION, orderSnapshot, provisionRequest } from '../../helpers/messages.ts'
import { age } from '../../helpers/old.ts'

const SESSION = { sessionId: '00Dxx!secret' }
const IGNORED: Ignored = { code: 'FOREIGN_ORGANIZATION', message: 'of another' }
const HISTORY = ['message', 'notification', 'outcome', 'attempt', 'audit', 'snapshot', 'provisioning']

async function setUp(t: Test) {
  const bench = await createBench(t)
  const settings = '-c role=ledger_service'
  const pool = openPool({ url: bench.url, connections: 3, name: 'service', settings, onError: () => {} })
  t.teardown(() => pool.end())
  return { bench, pool }
}

t.test('ledger_service records, works, sweeps, counts, analyses and retires', async (t) => {
  const { bench, pool } = await setUp(t)
  t.same((await pool.query('select current_user::text as who')).rows, [{ who: 'ledger_service' }])
  const vault = createVault(randomBytes(32))
  const recorder = createRecorder({ runner: pool, vault })
  const [one, known] = [notification(), notification()]
  await recorder.record(message([one, { ...known, ignored: IGNORED }], SESSION))
  await recorder.record(message([known]))
  const worker = createWorker(pool, 'w1', vault)
  await worker.pause('provision', { seconds: 1, code: 'X', message: 'x' })
  await worker.resume('provision')
  const [first, second] = await worker.claim('callback', 2)
  if (!first || !second) throw new Error('two were due')
  await worker.renew([first])
  await worker.saveSnapshots([{ item: first, snapshot: orderSnapshot(first.recordId) }])
  await worker.release([second])
  await recorder.record(message([notification({ recordId: first.recordId })]))
  await bench.rows("update ledger.work set lease_until = now() - interval '1 second' where lease_until is not null")
  await worker.rescue()
  await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  const request = provisionRequest(first.recordId)
  const intents = createIntents(pool)
  await intents.intend(ORGANIZATION, request, { priorOrderIds: [], sends: 0, looksNeeded: 2 })
  await intents.recordOrder(ORGANIZATION, request, { whmcsOrderId: '501', adopted: false })
  for (const _ of [1, 2]) {
    await pass(worker, 'provision', { kind: 'advance', step: 'write_back', whmcsOrderId: '501', serviceIds: {} })
  }
  await pass(worker, 'write_back', { kind: 'complete' })
  await worker.sweep()
  t.same((await createInspector(pool).status()).counts, [])
  t.same(await analyze(pool, {}), [{ analyzed: true }])
  t.equal(await createStatistics(pool).refresh(), false)
  t.same(await schemaState(bench.url), { kind: 'current' })
  await age(bench.pool, 31)
  t.match(await createRetirement({ pool, days: 30 }).retire(ORGANIZATION), { counts: { notifications: 3 } })
})

t.test('ledger_service changes and deletes no history, and makes no tables', async (t) => {
  const { bench, pool } = await setUp(t)
  await bench.record(message())
  const refused = async (sql: string) => t.equal(await pool.query(sql).catch(sqlState), '42501', sql)
  for (const table of HISTORY) await refused(`delete from ledger.${table}`)
  for (const table of [...HISTORY, 'work']) await refused(`truncate ledger.${table}`)
  await refused("update ledger.notification set fields = '{}'")
  await refused("update ledger.outcome set state = 'completed'")
  await refused("update ledger.message set source = 'x'")
  await refused("update ledger.attempt set outcome = 'completed'")
  await refused('create table ledger.mine (x integer)')
  await refused('drop table ledger.work')
  await refused("insert into ledger.audit (act, actor, via) values ('pause', 'anna', 'sql')")
})

t.test('ledger.retire removes nothing that ended less than seven days ago, whoever asks', async (t) => {
  const { bench, pool } = await setUp(t)
  await bench.record(message())
  await pass(bench.worker('w1'), 'callback', { kind: 'complete' })
  await age(bench.pool, 6)
  const retirement = createRetirement({ pool, days: 0 })
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 0 } })
  await age(bench.pool, 2)
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 1 } })
})
