-- one-order: all that happened to one record, oldest first. Put its id of 18 characters in the second line.
with wanted as (select '801000000000000AAA'::text as record_id),
events as (
  select n.received_at as at, 'received' as what, n.notification_id as id, n.state::text as detail, n.error_message as message
  from ledger.overview n join wanted using (record_id)
  union all
  select a.started_at, a.step || ' ' || a.outcome, a.notification_id, a.worker || ', ' || a.took, concat_ws(': ', a.code, a.message)
  from ledger.attempts a join wanted using (record_id)
  union all
  select a.at, a.act, a.notification_id, concat_ws(' to ', a.detail ->> 'fromState', a.detail ->> 'toStep'), concat_ws(': ', a.actor, a.reason)
  from ledger.audit a join wanted using (record_id)
  union all
  select happened.at, happened.what, p.order_id, p.state || ', sent ' || p.sends || ' times', 'WHMCS order ' || coalesce(p.whmcs_order_id, 'not known')
  from ledger.provisionings p
  join wanted on wanted.record_id = p.order_id
  cross join lateral (values (p.sent_at, 'AddOrder intended'), (p.looked_at, 'searched in WHMCS'), (p.added_at, 'in WHMCS'),
    (p.accepted_at, 'accepted in WHMCS')) as happened (at, what)
  where happened.at is not null
)
select at, what, id, detail, message from events order by at, what;
