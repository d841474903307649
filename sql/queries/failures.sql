-- failures: dead letters by their code, the most frequent first.
-- $1 organization_id  text  null: any
select o.error_code as code, count(*)::integer as count, min(o.finalized_at) as first_at, max(o.finalized_at) as last_at
from ledger.outcome o
where o.state = 'dead' and ($1::text is null or o.organization_id = $1)
group by 1
order by 2 desc, 1
