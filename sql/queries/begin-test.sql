-- begin-test: an event for one webhook, leased to whoever asked for it at once.
-- $1 webhook_id  text
-- $2 worker      text
-- $3 lease       interval
with told as (
  insert into ledger.event (organization_id, type, subject, data)
  select '', 'webhook.test', w.webhook_id, jsonb_build_object('webhookId', w.webhook_id)
  from ledger.webhook w
  where w.webhook_id = $1
  returning organization_id, event_no, event_id, type, happened_at, data, subject
), addressed as (
  insert into ledger.delivery (organization_id, webhook_id, event_no, subject, lease_holder, lease_no, lease_until)
  select t.organization_id, $1, t.event_no, t.subject, $2, 1, now() + $3
  from told t
)
select t.organization_id, $1 as webhook_id, t.event_no, 1 as lease_no, 0 as attempts, w.url, w.format,
  array(select x.s ->> 'secret' from jsonb_array_elements(w.secrets) with ordinality as x (s, place)
    where coalesce((x.s ->> 'until')::timestamptz, 'infinity') > now() order by x.place) as secrets,
  t.event_id, t.type, t.happened_at, t.data, null::text as traceparent
from told t
join ledger.webhook w on w.webhook_id = $1
