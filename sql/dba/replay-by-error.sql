-- replay-by-error: put the dead letters of one reason back to work. Change the filter and the reason, look at the first list
-- and at how many it would be, and only then write commit in the place of rollback. Each replay is kept in ledger.audit.
-- The names of the filter are those of soapstone list; without a state dead letters are meant.
begin;

select state, record_id, order_number, error_code, error_message, received_at
from ledger.find_notifications('{"state": "dead", "code": "CLIENT_LINK_MISSING"}', 20);

select * from ledger.replay_where('{"code": "CLIENT_LINK_MISSING"}', 'the accounts have their WHMCS client now');

rollback;
