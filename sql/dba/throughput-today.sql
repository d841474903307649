-- throughput-today: what came in and what ended, hour by hour since midnight.
select date_trunc('hour', minute) as hour, sum(received) as received, sum(completed) as completed, sum(dead) as dead,
  max(received) as busiest_minute
from ledger.throughput
where minute >= date_trunc('day', now())
group by 1
order by 1;
