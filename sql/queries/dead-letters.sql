-- dead-letters: how many notifications wait for a person, by organisation and code.
select o.organization_id, o.error_code as code, count(*)::integer as count
from ledger.outcome o
where o.state = 'dead'
group by 1, 2
order by 3 desc, 1, 2
