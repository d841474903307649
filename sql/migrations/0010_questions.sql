-- Up Migration
-- What people ask: how long it takes; and what each column means, so that \d+ tells it.

-- By way of how notifications ended, which has an index by time. Acks are counted by classes: what is known of one is that it
-- took no longer than the end of its class.
create view ledger.latency as
with ack as (
  select a.hour, a.most, sum(a.seen) over (partition by a.hour order by a.most) as upto, sum(a.seen) over (partition by a.hour) as total
  from (
    select date_trunc('hour', t.minute) as hour, t.detail::double precision as most, sum(t.seen) as seen
    from ledger.tally t
    where t.organization_id = '' and t.kind = 'ack' and t.minute > now() - interval '1 day'
    group by 1, 2
  ) as a
)
select a.hour, 'ack' as step, max(a.total)::bigint as measured,
  make_interval(secs => nullif(min(a.most) filter (where a.upto >= a.total * 0.5), 'Infinity')) as p50,
  make_interval(secs => nullif(min(a.most) filter (where a.upto >= a.total * 0.95), 'Infinity')) as p95,
  make_interval(secs => nullif(max(a.most), 'Infinity')) as longest
from ack a
group by a.hour
union all
select h.hour, h.step, count(*) as measured, percentile_cont(0.5) within group (order by h.took) as p50,
  percentile_cont(0.95) within group (order by h.took) as p95, max(h.took) as longest
from ledger.organizations g
cross join lateral (
  select date_trunc('hour', o.finalized_at) as hour, t.step, t.took
  from ledger.outcome o
  cross join lateral (
    select a.step::text as step, a.finished_at - a.started_at as took
    from ledger.attempt a
    where a.organization_id = o.organization_id and a.notification_id = o.notification_id and a.record_id = o.record_id
    union all
    select 'order', o.finalized_at - o.received_at where o.state = 'completed'
  ) as t
  where o.organization_id = g.organization_id and o.finalized_at > now() - interval '1 day'
) as h
group by h.hour, h.step;
comment on view ledger.latency is 'How long it took in each hour of the last day: Acks, the tries of each step, and orders from arrival to their end.';
comment on column ledger.latency.hour is 'When it ended.';
comment on column ledger.latency.step is 'Of the tries of a step the time that they were worked on; order: from the arrival of a notification until it completed; ack: from a request to the end of its Ack.';
comment on column ledger.latency.measured is 'How many there were.';
comment on column ledger.latency.p50 is 'Half of them took no longer. Of Acks the end of a class; null: more than a minute.';
comment on column ledger.latency.p95 is 'Of a hundred 95 took no longer.';
comment on column ledger.latency.longest is 'The slowest.';

comment on type ledger.state is 'Where a notification stands: pending and working are open, all others are final.';
comment on type ledger.step is 'callback reads the order from Salesforce, provision makes it exist in WHMCS, write_back tells Salesforce.';
comment on type ledger.priority is 'Whose turn it is: critical before normal before batch; each has its share.';
comment on type ledger.provisioning_state is 'sending: AddOrder is about to be sent, or its answer is not known. refused: WHMCS made nothing. added: the order is in WHMCS. accepted: and active.';
comment on sequence ledger.message_id is 'Numbers of ledger.message.';
comment on table ledger.migration is 'The migrations that have run. Never change it by hand.';

-- A name means the same everywhere, but where a comment above says otherwise. Only what has no comment gets one.
do $$
declare
  meanings constant jsonb := '{
    "accept_sent_at": "When AcceptOrder was sent.", "accepted_at": "When it was accepted in WHMCS.",
    "changed_at": "When it was changed.", "changed_by": "Who changed it.", "collection": "The collection that it is in.", "version": "Its number, from 1 on; each change has the next.",
    "account_name": "The account''s name, as callback read it last.", "added_at": "When it was known to be in WHMCS.",
    "address": "The address that it came from.", "adopted": "It was found in WHMCS, and not made by the answer that we got.",
    "alert_id": "Id of the alert.", "answer": "The beginning of the last answer.", "attempt_no": "The number of the try, from 1 on.",
    "attempts": "Tries that have failed, or ended.", "bytes": "The event as it came.", "code": "A code of the README''s table, or of the cause.",
    "completed": "How many completed.", "content": "The order as JSON.", "created_at": "When it was made.", "created_by": "Who made it.",
    "data": "What is told.", "dead": "How many were given up.", "deliveries_max": "How many events Salesforce delivers in a day.",
    "deliveries_remaining": "How many of these are left.", "description": "What it is for.", "detail": "What else there is to say.",
    "digest": "Tells one from another.", "disabled_reason": "Why nothing is sent to it any more.", "done": "How many are done.",
    "enterprise_url": "As the message had it. Nothing is ever sent there.", "error": "What was wrong the last time.",
    "error_code": "Why it was not done, as a code of the README''s table.", "error_message": "The same for people, with the record to look at.",
    "errors": "The first hundred of what was skipped or failed.", "event_id": "Id of the event.", "event_no": "Its place in the order of events.",
    "expires_at": "From then on it opens nothing.", "failed": "How many failed.", "finalized_at": "When it ended.", "finished_at": "When it ended.",
    "happened_at": "When it happened.", "has_session": "Whether a sealed session is still there.", "id": "Its number.", "key": "The Idempotency-Key.",
    "kind": "What kind it is.", "last_event_at": "When the last event came.", "last_seen_at": "When it was last used.", "last_used_at": "When it was last used.",
    "lease_holder": "The worker that has it in hand.", "lease_no": "Tells this lease from those before.", "lease_until": "Until then nobody else takes it.",
    "leased_at": "When the lease began.", "looked_at": "When WHMCS was last searched for it.", "looks": "How often WHMCS was searched in vain.",
    "lost_at": "When the position was lost.", "message": "For people.", "message_id": "The delivery that it came with.", "minute": "The minute.",
    "most": "The most that it can be.", "name": "Its name.", "next_attempt_at": "When it is tried next.",
    "nonce": "Used once.", "notification_id": "Id of the notification, as its door names it.", "order_id": "Id of the order in Salesforce, 18 characters.",
    "order_number": "The order''s number in Salesforce.", "organization_id": "Id of the Salesforce organization, 18 characters.", "other": "What others have used of it.",
    "outcome": "What came of the try.", "own": "What we have used of it.", "partner_url": "As the message had it. Nothing is ever sent there.",
    "position_at": "When the position was written.", "priority": "critical, normal or batch.", "provisioning": "How far WHMCS came.", "raised_at": "When it was raised.",
    "read_at": "When it was read.", "reason": "Why.", "received": "How many arrived.", "received_at": "When it arrived.", "record_id": "Id of the record in Salesforce, 18 characters.",
    "record_type": "The record''s type, such as Order.", "recorded": "How many were recorded.", "replay_id": "Salesforce''s position in the stream.", "replays": "How often a person has replayed it.",
    "request": "What was asked for.", "request_hash": "Tells whether it is the same request.", "requested_by": "Who asked for it.", "resolve_told_at": "When alert.resolved was written.",
    "resolved_at": "When it was over.", "revoked_at": "From then on it opens nothing.", "revoked_by": "Who took it back.", "run_on": "When it ran.", "schema_id": "The shape of the event, as Salesforce numbers it.",
    "scopes": "What it may be used for.", "seen": "How often.", "sends": "How often AddOrder was sent.", "sent_at": "When it was last sent.",
    "service_ids": "WHMCS service id by Salesforce order item id.", "session_id": "Id of the session.", "since": "Since when.", "skipped": "How many were passed by: their state did not allow it.",
    "source": "The door that it came through.", "started_at": "When it began.", "state": "Where it stands.", "status": "HTTP status of the last answer.",
    "step": "callback, provision or write_back.", "subject": "What or whom it is about.", "successor_id": "What takes its place.",
    "superseded_by": "The notification of the same record that carries on.", "sweep_since": "From when on orders are looked for.", "taken_at": "When it was read.",
    "task_id": "Number of the task.", "threshold": "Above or below this it is raised.", "token_id": "Id of the token.", "took": "How long it took.", "topic": "The channel in Salesforce.",
    "total": "How many there were at the start.", "type": "What kind of thing happened.", "types": "What it wants to be told of.", "undecodable": "How many could not be read.",
    "used_at": "When it was used.", "user_agent": "What the browser says of itself.", "value": "What it is, or was.", "webhook_id": "Id of the webhook.",
    "whmcs_client_id": "Id of the client in WHMCS.", "whmcs_order_id": "Id of the order in WHMCS.", "worker": "The process that had the lease."}';
  missing record;
begin
  for missing in
    select c.relname, a.attname, meanings ->> a.attname as meaning
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'v') and col_description(c.oid, a.attnum) is null
      and meanings ? a.attname
  loop
    execute format('comment on column ledger.%I.%I is %L', missing.relname, missing.attname, missing.meaning);
  end loop;
end
$$;

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then grant select on ledger.latency to ledger_reader; end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then grant select on ledger.latency to ledger_service; end if;
end
$$;
