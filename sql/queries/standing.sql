-- standing: whether messages can be stored here, and what processes have seen of the other systems.
select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable,
  (select w.marker from ledger.worker w where w.seen_at > now() - interval '1 minute'
    order by array_position(array['unreadable', 'unknown', 'readable', 'none'], w.marker) limit 1) as marker,
  b.value as calls_left, b.most as calls_most
from (values (1)) as here (n)
left join lateral (
  select r.value, r.most from ledger.reading r
  where r.kind = 'salesforce_budget' and r.most > 0 order by r.value / r.most limit 1
) as b on true
