-- document-versions: the versions of a document, newest first.
-- $1 organization_id  text
-- $2 collection       text
-- $3 key              text
select v.version, v.content is null as removed, v.changed_at, v.changed_by
from ledger.document_versions v
where v.organization_id = $1 and v.collection = $2 and v.key = $3
order by v.version desc
