import t from 'tap'
import { type Bench, createBench } from '../../helpers/ledger.ts'
import { message, notification, ORGANIZATION, salesforceId } from '../../helpers/messages.ts'
import { NOTICE_CONSTRAINTS } from './notice-constraints.ts'

const ORDER = salesforceId('801', 1)
const HASH = '\\x'.padEnd(66, '0')
const LEASE = ["lease_holder = 'w'", 'leased_at = now()', 'lease_until = now()']
const leased = (missing?: string) => LEASE.filter((part) => part !== missing).join(', ')
const NEXT = 'next_notification_id = notification_id, next_arrival = (1, now(), 0, false, false)'
const intent = (columns: string, values: string) =>
  `insert into ledger.provisioning (organization_id, order_id, state, whmcs_client_id, request, request_hash, prior_order_ids${columns})
   values ('${ORGANIZATION}', ${values})`
const DETAIL = `insert into ledger.attempt_detail (organization_id, notification_id, record_id, attempt_no, exchanges) values ('${ORGANIZATION}', 'x', 'x', 1, '[]')`
const WORKER = `insert into ledger.worker (worker, version, marker) values ('w', '1', 'none')`
const SENDING = `'${ORDER}', 'sending', '7', '{}', '', '{}'`
const ADDED = (order: string) => intent(', whmcs_order_id', `'${order}', 'added', '7', '{}', '', '{}', '501'`)

const DOCUMENT_VERSION = `insert into ledger.document_version (organization_id, collection, key, version, changed_by)
  values ('${ORGANIZATION}', 'parcels', 'a', 1, 'anna')`
const ORDER_VERSION = `insert into ledger.order_version (organization_id, record_id, version, content, taken_at)
  values ('${ORGANIZATION}', '${ORDER}', 1, '{}', now())`
const UNDECODABLE = `insert into ledger.undecodable_event (organization_id, topic, replay_id, schema_id, reason, payload)
  values ('${ORGANIZATION}', '/data/X', '\\x01', 's', 'why', '\\x02')`

/** By the name of the constraint or the unique index: what it must refuse. The ledger holds two open notifications. */
const REFUSED: Record<string, string | string[]> = {
  organization_id_has_18: `update ledger.message set organization_id = '00D000000000001'`,
  notification_id_has_18: `update ledger.notification set notification_id = 'x'`,
  record_id_has_18: `update ledger.notification set record_id = '801000000000001'`,
  notification_pk: `insert into ledger.notification select * from ledger.notification limit 1`,
  message_pk: `insert into ledger.message (organization_id, message_id, source, action_id)
    select organization_id, message_id, '', '' from ledger.message limit 1`,
  work_pk: `insert into ledger.work select * from ledger.work limit 1`,
  work_has_record: `update ledger.work set record_id = ''`,
  lease_is_whole: [
    `update ledger.work set lease_holder = 'w'`,
    `update ledger.work set lease_until = now()`,
    ...LEASE.map((missing) => `update ledger.work set ${leased(missing)}`),
  ],
  next_waits_for_lease: `update ledger.work set ${NEXT}`,
  next_is_whole: [
    `update ledger.work set ${leased()}, next_notification_id = notification_id`,
    `update ledger.work set ${leased()}, next_arrival = (1, now(), 0, false, false)`,
    `update ledger.work set ${leased()}, ${NEXT.replace('now()', 'null')}`,
  ],
  provision_has_client: `update ledger.work set step = 'provision'`,
  client_lease_pk: `${client()}; ${client()}`,
  outcome_pk: `${outcome('completed')}; ${outcome('ignored')}`,
  outcome_is_final: [outcome('pending'), outcome('working')],
  superseded_by_iff_superseded: [outcome('superseded'), outcome('completed', ', superseded_by', ", 'x'")],
  dead_has_reason: outcome('dead'),
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
  reason_given: [act("'replay'", "'sql'", "' '"), act("'dismiss'", "'sql'", 'null'), act("'pause'", "'sql'", "''")],
  via_known: act("'replay'", "'post'", "'why'"),
  task_pk: `${task("'waiting'")}; insert into ledger.task overriding system value select * from ledger.task`,
  task_kind_known: task("'waiting'").replace("'replay'", "'wish'"),
  task_state_known: task("'sleeping'").replace('total)', 'total, finished_at)').replace('1)', '1, now())'),
  task_has_reason: task("'waiting'").replace("'why'", "' '"),
  finished_at_iff_finished: [task("'completed'"), `${task("'waiting'")}; update ledger.task set finished_at = now()`],
  attempt_detail_pk: `${DETAIL}; ${DETAIL}`,
  worker_pk: `${WORKER}; ${WORKER}`,
  audit_pk: `insert into ledger.audit (organization_id, audit_id, act, actor, via) overriding system value
    select '', i / i, 'pause', 'anna', 'sql' from generate_series(1, 2) as i`,
  snapshot_pk: `${snapshot()}; ${snapshot()}`,
  hour_pk: `insert into ledger.hour select '${ORGANIZATION}', '2026-11-25T10:00:00Z', 0, 0, 0, 0, 0 from generate_series(1, 2)`,
  account_name_pk: `insert into ledger.account_name select '${ORGANIZATION}', 'example ltd' from generate_series(1, 2)`,
  client_pk: `${accountClient('known', "'7'")}; ${accountClient('known', "'7'")}`,
  client_state_known: accountClient('lost', 'null'),
  whmcs_client_iff_known: [accountClient('known', 'null'), accountClient('sending', "'7'")],
  mapping_pk: `${mapping()}; ${mapping()}`,
  pause_pk: `${pause()}; ${pause()}`,
  token_pk: `${token({})}; ${token({})}`,
  token_id_fits: token({ id: 'sst_x' }),
  token_has_scopes: [token({ scopes: '{}' }), token({ scopes: '{read,all}' })],
  token_hash_has_32: token({ hash: 'secret' }),
  session_pk: `${session({})}; ${session({})}`,
  session_hash_has_32: session({ hash: 'secret' }),
  session_has_one_proof: [session({ proof: 'null, null' }), session({ proof: "'x', 'y'" })],
  revoked_is_whole: `${token({})}; update ledger.token set revoked_at = now()`,
  quick_action_nonce_pk: `${nonce()}; ${nonce()}`,
  quick_action_key_pk: `${key()}; ${key()}`,
  document_pk: `${document({})}; ${document({})}`,
  document_collection_named: [document({ collection: 'Parcels' }), document({ collection: 'orders' })],
  document_key_named: document({ key: '' }),
  document_content_bounded: [
    document({ content: "'[]'" }),
    document({ content: "jsonb_build_object('x', repeat('x', 300000))" }),
  ],
  document_version_pk: `${DOCUMENT_VERSION}; ${DOCUMENT_VERSION}`,
  order_version_pk: `${ORDER_VERSION}; ${ORDER_VERSION}`,
  subscription_pk: `${subscription()}; ${subscription()}`,
  subscription_state_known: subscription(', state', ", 'lost'"),
  subscription_position_dated: subscription(', replay_id', ", '\\x01'"),
  subscription_lease_is_whole: [subscription(', lease_holder', ", 'w'"), subscription(', lease_until', ', now()')],
  undecodable_event_pk: `${UNDECODABLE}; ${UNDECODABLE}`,
  answer_iff_status: [key(', status', ', 202'), key(', answer', ", '{}'")],
  ...NOTICE_CONSTRAINTS,
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
    `update ledger.work set ${leased()}, ${NEXT}, step = 'provision', whmcs_client_id = '7'`,
    outcome('completed'),
    outcome('dismissed'),
    outcome('dead', ', error_code', ", 'CODE'"),
    outcome('superseded', ', superseded_by', ", 'x'"),
    ADDED(ORDER),
  ]) {
    t.equal(await refusal(bench, sql), undefined, sql)
  }
})

function client(): string {
  return `insert into ledger.client_lease values ('${ORGANIZATION}', '7', '${ORDER}')`
}

function outcome(state: string, columns = '', values = ''): string {
  return `insert into ledger.outcome (organization_id, notification_id, record_id, state, step, received_at${columns})
    values ('${ORGANIZATION}', 'x', '${ORDER}', '${state}', 'callback', now()${values})`
}

function attempt(no: number, outcome: string): string {
  return `insert into ledger.attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, outcome)
    values ('${ORGANIZATION}', 'x', '${ORDER}', ${no}, 'callback', 'w', now(), '${outcome}')`
}

function task(state: string): string {
  return `insert into ledger.task (kind, state, request, reason, acting, total) values ('replay', ${state}, '{}', 'why', '{}', 1)`
}

function act(what: string, via: string, reason: string): string {
  return `insert into ledger.audit (act, actor, via, reason) values (${what}, 'anna', ${via}, ${reason})`
}

function snapshot(): string {
  return `insert into ledger.snapshot values ('${ORGANIZATION}', '${ORDER}', 'x', '{}')`
}

function accountClient(state: string, id: string): string {
  return `insert into ledger.client (organization_id, account_id, state, whmcs_client_id, known_at)
    values ('${ORGANIZATION}', 'a', '${state}', ${id}, case when ${id} is not null then now() end)`
}

function mapping(): string {
  return `insert into ledger.mapping values ('${ORGANIZATION}', 'epoch', 'h', '{}', 'w')`
}

function pause(): string {
  return `insert into ledger.pause values ('${ORGANIZATION}', 'callback', now(), 'CODE', 'message', 'w')`
}

function session({ hash = HASH, proof = "'x', null" }): string {
  return `insert into ledger.session (session_id, secret_hash, name, scopes, token_id, subject, address, user_agent, expires_at)
    values ('x', '${hash}', 'anna', '{read}', ${proof}, '', '', now())`
}

function token({ id = '0123456789ab', scopes = '{read}', hash = HASH }): string {
  return `insert into ledger.token (token_id, name, scopes, secret_hash, created_by) values ('${id}', 'x', '${scopes}', '${hash}', 'anna')`
}

function nonce(): string {
  return `insert into ledger.quick_action_nonce values ('${ORGANIZATION}', 'n')`
}

function key(columns = '', values = ''): string {
  return `insert into ledger.quick_action_key (organization_id, key, fingerprint, notification_id, record_id${columns})
    values ('${ORGANIZATION}', 'k', 'f', 'x', '${ORDER}'${values})`
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

function document({ collection = 'parcels', key = 'a', content = "'{}'" }): string {
  return `insert into ledger.document (organization_id, collection, key, version, content, changed_by)
    values ('${ORGANIZATION}', '${collection}', '${key}', 1, ${content}, 'anna')`
}

function subscription(columns = '', values = ''): string {
  return `insert into ledger.subscription (organization_id, topic${columns}) values ('${ORGANIZATION}', '/data/X'${values})`
}
