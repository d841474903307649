import t from 'tap'
import { type Bench, createBench } from '../../helpers/ledger.ts'
import { message, notification, ORGANIZATION, salesforceId } from '../../helpers/messages.ts'

const ORDER = salesforceId('801', 1)
const LEASE = ["lease_holder = 'w'", 'leased_at = now()', 'lease_until = now()']
const working = (missing?: string) => ["state = 'working'", ...LEASE.filter((part) => part !== missing)].join(', ')
const WORKING = working()
const DEAD = `state = 'dead', finalized_at = now(), next_attempt_at = null`
const intent = (columns: string, values: string) =>
  `insert into ledger.provisioning (organization_id, order_id, state, whmcs_client_id, request, request_hash, prior_order_ids${columns})
   values ('${ORGANIZATION}', ${values})`
const SENDING = `'${ORDER}', 'sending', '7', '{}', '', '{}'`
const ADDED = (order: string) => intent(', whmcs_order_id', `'${order}', 'added', '7', '{}', '', '{}', '501'`)

/** By the name of the constraint or the unique index: what it must refuse. The ledger holds two pending notifications. */
const REFUSED: Record<string, string | string[]> = {
  organization_id_has_18: `update ledger.message set organization_id = '00D000000000001'`,
  notification_id_has_18: `update ledger.notification set notification_id = 'x'`,
  record_id_has_18: `update ledger.notification set record_id = '801000000000001'`,
  lease_iff_working: [
    `update ledger.notification set state = 'working'`,
    `update ledger.notification set lease_holder = 'w'`,
    `update ledger.notification set lease_until = now()`,
    ...LEASE.map((missing) => `update ledger.notification set ${working(missing)}`),
  ],
  finalized_iff_final: [
    `update ledger.notification set state = 'dead', next_attempt_at = null`,
    `update ledger.notification set state = 'completed', next_attempt_at = null`,
    `update ledger.notification set state = 'ignored', next_attempt_at = null`,
    `update ledger.notification set finalized_at = now()`,
  ],
  scheduled_iff_open: [
    `update ledger.notification set next_attempt_at = null`,
    `update ledger.notification set state = 'dead', finalized_at = now()`,
  ],
  superseded_by_iff_superseded: [
    `update ledger.notification set superseded_by = 'x'`,
    `update ledger.notification set state = 'superseded', finalized_at = now(), next_attempt_at = null`,
  ],
  open_has_record: `update ledger.notification set record_id = null`,
  notification_pk: `update ledger.notification set notification_id = '${salesforceId('04l', 900)}'`,
  message_pk: `insert into ledger.message select * from ledger.message limit 1`,
  one_working_per_record: `update ledger.notification set ${WORKING}, record_id = '${ORDER}'`,
  one_provisioning_per_client: `update ledger.notification set ${WORKING}, step = 'provision', whmcs_client_id = '7'`,
  order_id_has_18: intent('', SENDING.replace(ORDER, '801')),
  whmcs_order_iff_added: [
    intent('', SENDING.replace('sending', 'added')),
    intent(', whmcs_order_id', `${SENDING}, '501'`),
    intent(', whmcs_order_id', `${SENDING.replace('sending', 'refused')}, '501'`),
  ],
  accepted_at_iff_accepted: [
    intent(', accepted_at', `${SENDING}, now()`),
    intent(', whmcs_order_id', `${SENDING.replace('sending', 'accepted')}, '501'`),
  ],
  provisioning_pk: `${intent('', SENDING)}; ${intent('', SENDING)}`,
  one_order_per_whmcs_order: `${ADDED(ORDER)}; ${ADDED(salesforceId('801', 2))}`,
  attempt_outcome_known: attempt(1, 'splendid'),
  attempt_pk: `${attempt(1, 'lost')}; ${attempt(1, 'lost')}`,
  reason_given: replayed(1, ' '),
  replayed_pk: `${replayed(1, 'why')}; ${replayed(1, 'why')}`,
  snapshot_pk: `${snapshot()}; ${snapshot()}`,
  pause_pk: `${pause()}; ${pause()}`,
}

t.test('constraints are all tried here', async (t) => {
  const bench = await createBench(t)
  const named = await bench.rows(
    `select conname::text as name from pg_constraint
     where connamespace = 'ledger'::regnamespace and contype <> 'n' and conname <> 'migration_pkey'
     union
     select indexrelid::regclass::text from pg_index join pg_class c on c.oid = indrelid
     where c.relnamespace = 'ledger'::regnamespace and indisunique and indpred is not null`,
  )
  const names = named.map(({ name }) => String(name).replace(/^ledger\./, ''))
  t.same(names.sort(), Object.keys(REFUSED).sort())
})

t.test('constraints refuse what they should', async (t) => {
  const bench = await createBench(t)
  await bench.record(message([notification(), notification()]))
  for (const [constraint, statements] of Object.entries(REFUSED)) {
    for (const sql of [statements].flat()) t.match(await refusal(bench, sql), { constraint }, `${constraint}: ${sql}`)
  }
})

t.test('constraints let through what a worker writes', async (t) => {
  const bench = await createBench(t)
  await bench.record(message([notification(), notification()]))
  for (const sql of [
    `update ledger.notification set ${WORKING}`,
    `update ledger.notification set ${DEAD}`,
    ADDED(ORDER),
  ]) {
    t.equal(await refusal(bench, sql), undefined, sql)
  }
})

function attempt(no: number, outcome: string): string {
  return `insert into ledger.attempt (organization_id, notification_id, attempt_no, step, worker, started_at, outcome)
    values ('${ORGANIZATION}', 'x', ${no}, 'callback', 'w', now(), '${outcome}')`
}

function replayed(no: number, reason: string): string {
  return `insert into ledger.replayed values ('${ORGANIZATION}', 'x', ${no}, 'dead', 'callback', '${reason}', 'anna')`
}

function snapshot(): string {
  return `insert into ledger.snapshot values ('${ORGANIZATION}', '${ORDER}', 'x', '{}')`
}

function pause(): string {
  return `insert into ledger.pause values ('callback', now(), 'CODE', 'message', 'w')`
}

/** The error, or undefined; nothing of it stays. */
async function refusal(bench: Bench, sql: string): Promise<unknown> {
  const client = await bench.pool.connect()
  try {
    await client.query('begin')
    return await client.query(sql).then(
      () => undefined,
      (error: unknown) => error,
    )
  } finally {
    await client.query('rollback')
    client.release()
  }
}
