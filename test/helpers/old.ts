/** Ledgers in which time has passed, and many rows are. */
import { ORGANIZATION, salesforceId } from './messages.ts'

interface Client {
  query(sql: string): Promise<unknown>
}

/** Puts what is final this many days back, as if it had happened then; or one notification of it. */
export async function age(client: Client, days: number, notificationId?: string): Promise<void> {
  const back = `- interval '${days} days'`
  const key = (table: string) =>
    `o.organization_id = ${table}.organization_id and o.notification_id = ${table}.notification_id
     and o.record_id = ${table}.record_id ${notificationId === undefined ? '' : `and o.notification_id = '${notificationId}'`}`
  await client.query(`
    update ledger.snapshot s set taken_at = s.taken_at ${back} from ledger.outcome o where ${key('s')};
    update ledger.notification n set received_at = n.received_at ${back} from ledger.outcome o where ${key('n')};
    update ledger.outcome o set received_at = received_at ${back}, finalized_at = finalized_at ${back}
    ${notificationId === undefined ? '' : `where o.notification_id = '${notificationId}'`}`)
}

export interface Many {
  notifications: number
  perMessage: number
  /** They became final evenly between these: the first is the oldest. */
  daysAgo: [from: number, to: number]
}

/**
 * Completed notifications, each of an order of its own, with three attempts, a snapshot and an accepted provisioning;
 * each fiftieth is dead and was replayed. Once a ledger: their ids begin at 1.
 */
export async function addMany(client: Client, { notifications, perMessage, daysAgo: [from, to] }: Many): Promise<void> {
  const each = `with each as (
    select i, '04l' || lpad(i::text, 12, '0') || 'AAA' as id, '801' || lpad(i::text, 12, '0') || 'AAA' as record,
      (i - 1) / ${perMessage} - ${notifications} as message,
      now() - interval '1 day' * (${from} - (${from} - ${to}) * (i - 1.0) / ${notifications}) as at
    from generate_series(1, ${notifications}) as i)`
  await client.query(`
    insert into ledger.message (organization_id, message_id, source, action_id, received_at) ${each}
    select '${ORGANIZATION}', message, 'outbound-message', '${salesforceId('04k', 1)}', min(at) from each group by message;

    insert into ledger.notification (organization_id, notification_id, record_id, record_type, message_id, fields, received_at) ${each}
    select '${ORGANIZATION}', id, record, 'Order', message, '{}', at from each;

    insert into ledger.outcome (organization_id, notification_id, record_id, state, step, whmcs_order_id, received_at,
      finalized_at, error_code) ${each}
    select '${ORGANIZATION}', id, record, case when i % 50 = 0 then 'dead'::ledger.state else 'completed' end, 'write_back',
      i::text, at, at, case when i % 50 = 0 then 'ORDER_EMPTY' end from each;

    insert into ledger.attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, finished_at, outcome) ${each}
    select '${ORGANIZATION}', id, record, k, (array['callback', 'provision', 'write_back']::ledger.step[])[k], 'w', at, at, 'advanced'
    from each cross join generate_series(1, 3) as k;

    insert into ledger.snapshot (organization_id, record_id, notification_id, content, taken_at) ${each}
    select '${ORGANIZATION}', record, id, '{}', at from each;

    insert into ledger.provisioning (organization_id, order_id, state, whmcs_client_id, whmcs_order_id, request, request_hash,
      prior_order_ids, accepted_at) ${each}
    select '${ORGANIZATION}', record, 'accepted', '7', i::text, '{}', '', '{}', at from each;

    insert into ledger.audit (organization_id, notification_id, record_id, act, actor, via, reason, detail) ${each}
    select '${ORGANIZATION}', id, record, 'replay', 'anna', 'sql', 'why', '{"fromState": "dead", "toStep": "callback"}' from each where i % 50 = 0`)
}
