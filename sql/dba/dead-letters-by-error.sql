-- dead-letters-by-error: what waits for a person, the most frequent reason first, with three of its newest records.
select error_code, step, count(*) as notifications, sum(replays) as replays,
  (array_agg(record_id order by finalized_at desc))[1:3] as for_example,
  (array_agg(error_message order by finalized_at desc))[1] as newest_message,
  min(finalized_at) as first, max(finalized_at) as last
from ledger.dead_letters
group by error_code, step
order by notifications desc, error_code, step;
