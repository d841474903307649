-- read-document: a document as it is, or as it was.
-- $1 organization_id  text
-- $2 collection       text
-- $3 key              text
-- $4 version          integer  null: the newest
select d.version, d.content, d.changed_at, d.changed_by
from ledger.documents d
where $4::integer is null and d.organization_id = $1 and d.collection = $2 and d.key = $3
union all
select v.version, v.content, v.changed_at, v.changed_by
from ledger.document_versions v
where v.version = $4 and v.organization_id = $1 and v.collection = $2 and v.key = $3 and v.content is not null
