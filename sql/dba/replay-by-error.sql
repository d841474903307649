-- replay-by-error: put the dead letters of one reason back to work. Change the code and the reason, look at the first
-- list, and only then write commit in the place of rollback. Each replay is kept in ledger.audit.
begin;

select record_id, error_code, error_message, replays, finalized_at
from ledger.dead_letters
where error_code = 'CLIENT_LINK_MISSING' and finalized_at > now() - interval '7 days'
order by record_id, finalized_at;

select record_id, ledger.replay(organization_id, notification_id, 'the accounts have their WHMCS client now') as goes_on_at
from ledger.dead_letters
where error_code = 'CLIENT_LINK_MISSING' and finalized_at > now() - interval '7 days'
order by record_id, finalized_at;

rollback;
