-- known-changes: the records of these changes about which a notification came since. One that came before may have been
-- about another state of the record.
-- $1 organization_id  text
-- $2 record_id        text[]
-- $3 changed_at       timestamptz[]
select c.record_id
from unnest($2::text[], $3::timestamptz[]) as c (record_id, changed_at)
where (select max(n.received_at) from ledger.notification n
  where n.organization_id = $1 and n.record_id = c.record_id) >= c.changed_at
