-- ledger-since: when the ledger was made.
select coalesce(min(m.run_on)::timestamptz, now()) as since
from ledger.migration m
