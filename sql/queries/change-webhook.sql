-- change-webhook: null, or no types, leaves it as it is. One that is made active again begins with a clean slate.
-- $1 webhook_id   text
-- $2 url          text
-- $3 types        text[]
-- $4 filter       jsonb
-- $5 description  text
-- $6 state        text
-- $7 acting       jsonb   who
with changed as (
  update ledger.webhook w
  set url = coalesce($2::text, w.url), types = case when cardinality($3::text[]) = 0 then w.types else $3 end, filter = coalesce($4, w.filter),
    description = coalesce($5, w.description), state = coalesce($6::text, w.state),
    disabled_reason = case when $6::text = 'active' then null when $6::text = 'disabled' then 'by a person' else w.disabled_reason end,
    failing_since = case when $6::text = 'active' or $2::text is not null then null else w.failing_since end,
    retry_at = case when $6::text = 'active' or $2::text is not null then null else w.retry_at end
  where w.webhook_id = $1
  returning w.webhook_id, jsonb_build_object('webhookId', w.webhook_id, 'types', w.types, 'filter', w.filter, 'state', w.state,
    'url', case when $2::text is not null then 'changed' else 'unchanged' end) as detail
)
select changed.webhook_id from changed, ledger.write_audit('', 'webhook_change', $7, null, null, null, changed.detail)
