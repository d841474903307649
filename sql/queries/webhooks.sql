-- webhooks: all of them, or one; the newest first.
-- $1 webhook_id  text  null: all
select w.webhook_id as id, w.url, w.types, w.filter, w.description, w.format, w.state, w.disabled_reason, w.by_setting, w.created_at,
  w.failing_since
from ledger.webhook w
where $1::text is null or w.webhook_id = $1
order by w.created_at desc, w.webhook_id
