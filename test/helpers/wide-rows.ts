/** Three rows of each view, with values as long as they are in earnest: what a DBA sees at psql. */
import { Failure } from '../../src/domain/failure.ts'
import { createIntents } from '../../src/ledger/work/intents.ts'
import { type Bench, pass } from './ledger.ts'
import { message, notification, ORGANIZATION, orderSnapshot, provisionRequest } from './messages.ts'

const WORKER = 'soapstone-7f9c-4711-a3b9'
const MISSING = new Failure('PRODUCT_UNMAPPED', {
  record: 'Product2 01tSs000003Ho5tIAC (Cloud Backup 2 TB)',
  detail: 'WHMCS_Product_ID__c is empty: which WHMCS product is it?',
})

/** Completed, dead and waiting orders, and what belongs to them. */
export async function fillOrders(bench: Bench): Promise<void> {
  const worker = bench.worker(WORKER)
  const [done, dead, waiting] = [notification(), notification(), notification()]
  for (const one of [done, dead]) {
    await bench.record(message([one]))
    const items = await worker.claim('callback', 1)
    const { account, ...read } = orderSnapshot(one.recordId ?? '')
    const snapshot = { ...read, orderNumber: '00020114', account: { ...account, name: 'Nordlicht Energie GmbH' } }
    await worker.saveSnapshots(items.map((item) => ({ item, snapshot })))
    await worker.release(items)
    await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '1042' })
    if (one === done) await finish(bench, one.recordId ?? '')
    else await pass(worker, 'provision', { kind: 'fail', failure: MISSING })
    await pass(worker, 'write_back', one === done ? { kind: 'complete', whmcsOrderId: '500114' } : { kind: 'bury' })
  }
  await bench.record(message([waiting]))
  await bench.rows(
    `update ledger.work set error_code = 'WHMCS_UNREACHABLE', error_message = 'connect ECONNREFUSED', attempts = 2`,
  )
}

async function finish(bench: Bench, recordId: string): Promise<void> {
  const worker = bench.worker(WORKER)
  await createIntents(bench.pool).recordOrder(ORGANIZATION, provisionRequest(recordId), {
    whmcsOrderId: '500114',
    adopted: false,
  })
  await bench.accept(recordId)
  await pass(worker, 'provision', { kind: 'advance', step: 'write_back', whmcsOrderId: '500114', serviceIds: {} })
}

const OTHERS = [
  `insert into ledger.token (token_id, name, scopes, secret_hash, created_by, expires_at, last_used_at)
   select 'a1b2c3d4e5f' || i, 'Customer portal', '{operate}', sha256(i::text::bytea), 'soapstone', now() + interval '90 days', now()
   from generate_series(1, 3) as i`,
  `insert into ledger.session (session_id, secret_hash, name, scopes, token_id, address, user_agent, expires_at)
   select 'ses_' || i, sha256(i::text::bytea), 'Anna Administrator', '{operate}', 'a1b2c3d4e5f' || i, '203.0.113.114',
     'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36', now() + interval '8 hours'
   from generate_series(1, 3) as i`,
  `select ledger.start_replay('{"code": "PRODUCT_UNMAPPED", "since": "2026-11-24T00:00:00Z"}', 'the products are mapped now', '{"name": "Anna Administrator"}')
   from generate_series(1, 3)`,
  `insert into ledger.webhook (webhook_id, url, types) values ('whk_5f2a9c', 'https://hooks.example.com/in', '{order.provisioned,security.refused}')`,
  `insert into ledger.event (organization_id, type, subject, data)
   select '${ORGANIZATION}', 'order.provisioned', '801Ss00000Nn4MmIAJ', '{"orderId": "801Ss00000Nn4MmIAJ", "orderNumber": "00020114"}'
   from generate_series(1, 3)`,
  `update ledger.delivery set state = 'delivered', attempts = 1, status = 200, answer = 'taken', sent_at = now()`,
  `insert into ledger.alert (organization_id, kind, category, subject, message, value, threshold)
   select '${ORGANIZATION}', 'stage_paused', 'stages', step, 'stage ' || step || ' stands still: WHMCS_ACCESS_REFUSED, Authentication Failed', 312.4, 60
   from unnest('{callback,provision,write_back}'::text[]) as step`,
  `insert into ledger.subscription (organization_id, topic, state, replay_id, position_at, last_event_at, recorded, own, lease_holder, lease_until)
   select '${ORGANIZATION}', '/event/Order_Approved_' || i || '__e', 'subscribed', '\\x0000000000012345', now(), now(), 1204, 3612, '${WORKER}',
     now() + interval '1 minute'
   from generate_series(1, 3) as i`,
  `insert into ledger.undecodable_event (organization_id, topic, replay_id, event_id, schema_id, reason, payload)
   select '${ORGANIZATION}', '/event/Order_Approved__e', '\\x0000000000012345', gen_random_uuid()::text, 'Xw3-5c1Hn0kQeK_Zb1ye0g',
     'the schema has no field Order_Id__c, and the event has four bytes more than it says', ('x' || i)::bytea
   from generate_series(1, 3) as i`,
  `insert into ledger.document (organization_id, collection, key, version, content, changed_by)
   select '${ORGANIZATION}', 'price-lists', 'reseller-' || i, 12, '{"currency": "EUR"}', 'Anna Administrator' from generate_series(1, 3) as i`,
  `insert into ledger.document_version (organization_id, collection, key, version, content, changed_by)
   select '${ORGANIZATION}', 'price-lists', 'reseller-' || i, 11, '{"currency": "EUR"}', 'Anna Administrator' from generate_series(1, 3) as i`,
  `insert into ledger.tally (organization_id, kind, detail, minute, seen) values ('', 'ack', '0.005', date_trunc('minute', now()), 1204)`,
]

/** What the other views are about. */
export async function fillOthers(bench: Bench): Promise<void> {
  for (const statement of OTHERS) await bench.rows(statement)
}
