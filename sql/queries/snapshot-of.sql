-- snapshot-of: an order as it was read from Salesforce last.
-- $1 organization_id  text
-- $2 record_id        text
select content, taken_at
from ledger.snapshot
where organization_id = $1 and record_id = $2
