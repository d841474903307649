-- mappings: the mapping that is in force, of each organization.
select distinct on (organization_id) organization_id, hash, since
from ledger.mapping
order by organization_id, since desc
