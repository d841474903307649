-- keep-webhook: the webhook that a setting names, as it says now. One that was disabled begins anew with the process.
-- $1 webhook_id  text
-- $2 url         text
-- $3 types       text[]
-- $4 filter      jsonb
-- $5 format      text
-- $6 secret      text    null: what is sent is not signed
insert into ledger.webhook as w (webhook_id, url, types, filter, format, secrets, by_setting)
values ($1, $2, $3, $4, $5, case when $6::text is null then '[]' else jsonb_build_array(jsonb_build_object('secret', $6::text)) end, true)
on conflict (webhook_id) do update
set url = excluded.url, types = excluded.types, filter = excluded.filter, format = excluded.format, secrets = excluded.secrets,
  state = 'active', disabled_reason = null, failing_since = null, retry_at = null
where (w.url, w.types, w.filter, w.format, w.secrets, w.state) is distinct from
  (excluded.url, excluded.types, excluded.filter, excluded.format, excluded.secrets, 'active')
