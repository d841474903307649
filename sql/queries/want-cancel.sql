-- want-cancel: these orders are to be cancelled in WHMCS, or are not any more.
-- $1 organization_id  text
-- $2 order_id         text[]
-- $3 wanted           boolean[]
update ledger.provisioning p set cancel_wanted_at = case when g.wanted then now() end
from unnest($2::text[], $3::boolean[]) as g (order_id, wanted)
where p.organization_id = $1 and p.order_id = g.order_id and p.cancelled_at is null
