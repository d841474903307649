-- latency-by-hour: how long Acks, orders, and the tries of each step, took in the last day. step `order`: from arrival to
-- completion; `ack`: from a request to the end of its Ack.
select hour, step, measured, date_trunc('milliseconds', p50) as p50, date_trunc('milliseconds', p95) as p95,
  date_trunc('milliseconds', longest) as longest
from ledger.latency
order by hour desc, step;
