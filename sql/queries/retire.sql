-- retire: remove a batch of what is final and old of one organisation; see the function, which has the right to.
-- $1 organization_id  text
-- $2 kept_for         interval     what was final before this is old
-- $3 since            timestamptz  where the batch before ended, null: from the oldest
select notifications, attempts, acts, messages, snapshots, until
from ledger.retire($1, $2, $3)
