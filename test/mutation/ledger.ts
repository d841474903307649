/** Mutations of the ledger and its statements. */
import { code, schema, statement } from './change.ts'
import type { Mutation } from './table.ts'

export const LEDGER: Mutation[] = [
  {
    name: 'migrations wait for locks as long as it takes',
    change: code('LOCK_TIMEOUT', "'2s'", "'0'"),
  },
  {
    name: 'a process that waits for the migrations of another holds a snapshot meanwhile',
    change: code(
      'takeLock',
      "'select pg_try_advisory_lock($1::bigint) as taken'",
      "'select true as taken from (select pg_advisory_lock($1::bigint)) as waited'",
    ),
  },
  {
    name: 'settle without asking who holds the lease, and which',
    change: statement(
      'settle',
      'and w.lease_holder = $W and w.lease_no = g.lease_no and w.step = $S',
      'and w.step = $S and $W = $W',
    ),
  },
  {
    name: 'settle without asking for the lease number',
    change: statement('settle', 'and w.lease_no = g.lease_no and w.step', 'and w.step'),
  },
  {
    name: 'settle without asking for the step',
    change: statement('settle', 'w.lease_no = g.lease_no and w.step = $S', 'w.lease_no = g.lease_no'),
  },
  {
    name: 'finish without asking who holds the lease, and which',
    change: statement(
      'finish',
      'and w.lease_holder = $W and w.lease_no = g.lease_no and w.step = $S',
      'and w.step = $S and $W = $W',
    ),
  },
  {
    name: 'finish without asking for the lease number',
    change: statement('finish', 'and w.lease_no = g.lease_no and w.step', 'and w.step'),
    by: ['work/settle'],
  },
  {
    name: 'finish without asking for the step',
    change: statement('finish', 'w.lease_no = g.lease_no and w.step = $S', 'w.lease_no = g.lease_no'),
    by: ['work/settle', 'work/lost-leases'],
  },
  {
    name: 'what arrives while its record is worked on is lost when the one before is done',
    change: statement('finish', 'where s.next_notification_id is not null', 'where false'),
  },
  {
    name: 'a lost lease is told by notification, not by lease number',
    change: code('missing', "parts.join(' ')", "parts.slice(0, 2).join(' ')"),
  },
  {
    name: 'renew without asking who holds the lease',
    change: statement('renew', 'and k.lease_holder = $W and k.lease_no = g.lease_no', 'and $W = $W'),
  },
  {
    name: 'claim waits for the locks of others: no skip locked',
    change: statement('claim', 'for update of w skip locked', 'for update of w'),
  },
  {
    name: 'claim takes a record that is being worked on',
    change: statement('claim', 'and w.lease_until is null', ''),
  },
  {
    name: 'claim takes an order of a client that is being provisioned',
    change: statement('claim', "and ($S <> 'provision' or d.record_id in (select c.record_id from client c))", ''),
  },
  {
    name: 'claim reads what was claimed and settled since the oldest began to wait',
    change: statement('claim', 'and w.due_at >= class.since', ''),
  },
  {
    name: 'claim takes what is not due',
    change: statement('claim', 'and w.due_at <= now()', ''),
  },
  {
    name: 'claim takes from a paused step',
    change: statement('claim', 'p.step = $S and p.until > now()', 'false'),
  },
  {
    name: 'claim does not count leases: the number fences nothing',
    change: statement('claim', 'lease_no = w.lease_no + 1', 'lease_no = 1'),
  },
  {
    name: 'nothing is superseded',
    change: statement('record', 'where q.superseded_id is not null', 'where false'),
  },
  {
    name: 'one WHMCS order for two orders',
    change: schema('create unique index one_order_per_whmcs_order', 'create index one_order_per_whmcs_order'),
  },
  {
    name: 'of several in one message the oldest is worked on',
    change: statement(
      'record',
      'order by r.message_id desc, r.notification_id desc',
      'order by r.message_id, r.notification_id',
    ),
  },
  {
    name: 'what arrives while its record is worked on goes on at the step of the one before',
    change: statement(
      'settle',
      "step = case when w.next_notification_id is null then g.step else 'callback' end",
      'step = g.step',
    ),
  },
  {
    name: 'a client stays taken when its order is done',
    change: statement('settle', "where $S = 'provision' ))", 'where $S is null ))'),
  },
  {
    name: 'a client stays taken when its worker is gone',
    change: statement('rescue', "where h.step = 'provision' ))", 'where false ))'),
  },
  {
    name: 'no dedupe of notifications',
    change: statement('record', 'on conflict (organization_id, notification_id, record_id) do nothing', ''),
  },
  {
    name: 'notifications are inserted in the order of the message: deadlocks',
    change: statement('record', 'order by m.organization_id, n.notification_id, n.record_id, n.position', ''),
    by: ['record/lock-order'],
  },
  {
    name: 'a message that Postgres refuses fails its neighbours',
    change: code(
      undefined,
      'for (const entry of group) await store([entry])',
      'for (const entry of group) fail(entry, error)',
    ),
  },
  {
    name: 'the sender is answered before the commit',
    change: code(
      undefined,
      'const rows = await recordMessages($$$A)',
      'answer(group, [])\nconst rows = await recordMessages($$$A)',
    ),
  },
  {
    name: 'a lone message with a known id is stored as if it were new',
    change: statement('record-one', 'k.notification_id = $8', "k.notification_id = ''"),
  },
  {
    name: 'a group with a known id is stored as if it were new',
    change: statement('record-new', 'k.notification_id = n.notification_id', "k.notification_id = ''"),
  },
  {
    name: 'a group is stored as new without a look whether one record is in it twice',
    change: code('recordFresh', 'hasTwice(columns.record_id)', 'false'),
  },
  { name: 'leases that ran out stay', change: statement('rescue', 'k.lease_until < now()', 'false') },
  {
    name: 'sessions are kept when their work is done',
    change: code('settleBatch', 'ended.length > 0', 'false'),
  },
  {
    name: 'sessions are stored as they come',
    change: code(undefined, 'vault.seal(organizationId, sessionId)', 'Buffer.from(sessionId)'),
  },
  {
    name: 'list takes what is no record id for any record',
    change: code('readId', "if (id === undefined) throw new Refusal('invalid', $$$A)", ''),
  },
  {
    name: 'replay reports what WHMCS has not accepted',
    change: schema("if chosen = 'write_back' and not accepted then", 'if false then'),
  },
  {
    name: 'who replays is whoever they say',
    change: schema('login text not null default session_user', "login text not null default ''"),
  },
  {
    name: 'intend: whoever comes may send',
    change: statement(
      'intend',
      "where p.sends = $S and (p.state = 'refused' or (p.state = 'sending' and p.looks >= $L))",
      'where $S = $S and $L = $L',
    ),
  },
  {
    name: 'intend: no look is needed after an unknown outcome',
    change: statement('intend', "(p.state = 'sending' and p.looks >= $L)", "(p.state = 'sending' and $L = $L)"),
  },
  {
    name: 'a refusal counts for a later sending',
    change: statement('record-refusal', "and state = 'sending' and sends = $S", "and state = 'sending' and $S = $S"),
  },
  {
    name: 'added takes back what is accepted, or known under another id',
    change: statement(
      'record-order',
      "where p.state in ('sending', 'refused') or p.state = 'added' and p.whmcs_order_id = excluded.whmcs_order_id and $A",
      "where p.state <> 'accepted'",
    ),
  },
  {
    name: 'settle: an order counts as accepted that was never added, or is accepted already',
    change: statement(
      'settle',
      "and p.order_id = any (array[s.record_id]) and p.state = 'added'",
      'and p.order_id = any (array[s.record_id])',
    ),
  },
  {
    name: 'accepting: whoever comes may send AcceptOrder',
    change: statement(
      'begin-accept',
      'accept_sent_at is null or accept_sent_at <= now() - $P::interval',
      '$P::interval is not null',
    ),
  },
  {
    name: 'a pause that ran out is taken for the one that follows it',
    change: statement(
      'pause',
      "case when p.until > excluded.since - interval '1 minute' then p.since else excluded.since end",
      'p.since',
    ),
  },
  {
    name: 'an order is resolved while a worker has it in hand',
    change: schema('w.record_id = p.order_id and w.lease_until is not null', 'false'),
  },
  {
    name: 'no order is resolved while a worker has any in hand',
    change: schema('w.record_id = p.order_id and w.lease_until is not null', 'w.lease_until is not null'),
  },
  {
    name: 'a pause is not prolonged by one that follows it',
    change: statement('pause', 'set until = greatest(p.until, excluded.until)', 'set until = p.until'),
  },
  {
    name: 'every order was accepted at the same time',
    change: statement('settle', 'accepted_at = now()', "accepted_at = '2020-01-01'"),
  },
  {
    name: 'claim hands over what it took in any order',
    change: statement('claim', 'order by c.received_at, c.notification_id', 'order by c.received_at desc'),
  },
  { name: 'a listener never listens again', change: code('openListener', "mine.client.on('end', again)", '') },
  { name: 'a listener that can not connect gives up', change: code('lost', 'again()', '') },
  {
    name: 'a process is woken by itself',
    change: code('hear', 'heard === undefined || heard.worker === worker', 'heard === undefined'),
  },
]
