-- add-webhook: somebody wants to be told, and who said so.
-- $1 webhook_id   text
-- $2 url          text
-- $3 types        text[]
-- $4 filter       jsonb
-- $5 description  text
-- $6 secret       text
-- $7 acting       jsonb   who
with made as (
  insert into ledger.webhook (webhook_id, url, types, filter, description, secrets)
  values ($1, $2, $3, $4, $5, jsonb_build_array(jsonb_build_object('secret', $6::text)))
  returning webhook_id, jsonb_build_object('webhookId', webhook_id, 'types', types, 'filter', filter) as detail
)
select made.webhook_id from made, ledger.write_audit('', 'webhook_add', $7, null, null, null, made.detail)
