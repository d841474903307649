-- signs-of-change: what is another when something has changed. Each by an index; nothing is counted.
select max(g.received)::text as received, max(g.ended)::text as ended, (select max(a.audit_id)::text from ledger.audit a) as acts,
  (select string_agg(concat_ws(' ', p.organization_id, p.step, p.code, p.until), ',' order by p.organization_id, p.step, p.until) from ledger.pause p) as pauses
from (
  select (select max(n.received_at) from ledger.notification n where n.organization_id = o.organization_id) as received,
    (select max(e.finalized_at) from ledger.outcome e where e.organization_id = o.organization_id and e.finalized_at > '-infinity') as ended
  from ledger.organizations o
) as g
