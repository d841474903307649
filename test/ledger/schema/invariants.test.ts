import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { type Bench, createBench, pass } from '../../helpers/ledger.ts'
import { message, newOrderId, notification, ORGANIZATION, provisionRequest } from '../../helpers/messages.ts'

const INVARIANTS = readFileSync(new URL('../../../sql/dba/invariants.sql', import.meta.url), 'utf8')
const COMPLETED = "where state = 'completed'"
const LEASED = "lease_holder = 'w', leased_at = now(), lease_until = now()"
const AT_PROVISION = "step = 'provision', whmcs_client_id = '9'"

/** What breaks each of them. Constraints are dropped: what is left is the check. */
const BROKEN: Record<string, string> = {
  notification_lost: 'delete from ledger.work',
  open_and_final: `insert into ledger.outcome (organization_id, notification_id, record_id, state, step, received_at)
    select organization_id, notification_id, record_id, 'completed', 'callback', now() from ledger.work`,
  work_without_notification: "update ledger.work set notification_id = 'gone'",
  outcome_without_notification: `update ledger.outcome set record_id = 'other' ${COMPLETED}`,
  provisioning_without_client: `update ledger.work set ${LEASED}, ${AT_PROVISION}`,
  client_held_by_nobody: `update ledger.work set ${AT_PROVISION};
    insert into ledger.client_lease select organization_id, whmcs_client_id, record_id from ledger.work limit 1`,
  completed_without_accepted_order: `update ledger.outcome set step = 'write_back' ${COMPLETED} and step = 'callback'`,
  whmcs_order_differs: `update ledger.outcome set whmcs_order_id = '999' ${COMPLETED} and step = 'write_back'`,
  accepted_without_whmcs_order: 'update ledger.provisioning set whmcs_order_id = null',
  provisioning_abandoned: "update ledger.provisioning set state = 'added'",
  session_kept: `update ledger.message set session = 'x';
    update ledger.outcome set finalized_at = now() - interval '16 minutes' ${COMPLETED}`,
  attempt_above_lease: `insert into ledger.attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, outcome)
    select organization_id, notification_id, record_id, 1, step, 'w', now(), 'lost' from ledger.work`,
  attempt_without_notification: "update ledger.attempt set notification_id = 'gone' where attempt_no = 1",
  superseded_by_nothing: "update ledger.outcome set superseded_by = 'gone' where state = 'superseded'",
  lease_expired_long_ago: `update ledger.work set ${LEASED}; update ledger.work set lease_until = now() - interval '6 minutes'`,
  notification_without_message: 'delete from ledger.message',
  message_without_notification: 'delete from ledger.notification',
  constraint_not_valid: 'alter table ledger.attempt add constraint later check (attempt_no > 0) not valid',
}

t.test('invariants.sql tries each of its checks here', async (t) => {
  const named = Array.from(INVARIANTS.matchAll(/^select '(\w+)'/gm), (match) => match[1])
  t.same(named.sort(), Object.keys(BROKEN).sort())
})

t.test('invariants.sql returns nothing when all is well', async (t) => {
  const bench = await healthy(t)
  t.same(await bench.rows(INVARIANTS), [])
  await pass(bench.worker('w1'), 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '9' })
  await bench.worker('w1').claim('provision', 1)
  await bench.record(message([notification()]))
  await bench.worker('w1').claim('callback', 1)
  t.same(await bench.rows(INVARIANTS), [], 'nor while work is going on')
})

t.test('invariants.sql finds what is broken, by name', async (t) => {
  const bench = await healthy(t)
  const client = await bench.pool.connect()
  const { rows } = await client.query<{ drop: string }>(
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop from pg_constraint
     where connamespace = 'ledger'::regnamespace and contype = 'c'
     union all
     select format('drop index %s', indexrelid::regclass) from pg_index join pg_class c on c.oid = indrelid
     where c.relnamespace = 'ledger'::regnamespace and indisunique and indpred is not null`,
  )
  for (const { drop } of rows) await client.query(drop)
  for (const [name, statement] of Object.entries(BROKEN)) {
    await client.query('begin')
    await client.query(statement)
    const found = await client.query<{ broken: string }>(INVARIANTS)
    t.ok(found.rows.map(({ broken }) => broken).includes(name), name)
    await client.query('rollback')
  }
  client.release()
})

/** One completed by all steps, one completed at callback, one superseded, two pending. */
async function healthy(t: Test): Promise<Bench> {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  const recordId = newOrderId()
  const intents = createIntents(bench.pool)
  await bench.recordEach([notification({ recordId }), notification({ recordId })])
  await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  await intents.recordOrder(ORGANIZATION, provisionRequest(recordId), { whmcsOrderId: '501', adopted: false })
  await pass(worker, 'provision', { kind: 'advance', step: 'write_back', whmcsOrderId: '501', serviceIds: {} })
  await pass(worker, 'write_back', { kind: 'complete' })
  await bench.recordEach([notification()])
  await pass(worker, 'callback', { kind: 'complete', whmcsOrderId: '7' })
  await bench.record(message([notification(), notification()]))
  return bench
}
