-- drop-webhook: no setting names it any more.
-- $1 webhook_id  text
delete from ledger.webhook w where w.webhook_id = $1 and w.by_setting
