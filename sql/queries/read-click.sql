-- read-click: what was answered to the first request with that idempotency key.
-- $1 organization_id  text
-- $2 key              text
select fingerprint, status, answer
from ledger.quick_action_key
where organization_id = $1 and key = $2
