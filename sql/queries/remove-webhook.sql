-- remove-webhook: nobody is told there any more. Its deliveries stay as long as others.
-- $1 webhook_id  text
-- $2 acting      jsonb  who
with removed as (
  delete from ledger.webhook w where w.webhook_id = $1
  returning w.webhook_id, jsonb_build_object('webhookId', w.webhook_id, 'types', w.types) as detail
)
select removed.webhook_id from removed, ledger.write_audit('', 'webhook_remove', $2, null, null, null, removed.detail)
