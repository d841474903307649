-- list-documents: documents of a collection by their keys.
-- $1 organization_id  text
-- $2 collection       text
-- $3 path             text     JSON path that must find something in them; null: all
-- $4 after            text     with a greater key; empty: from the first
-- $5 most             integer
select d.key, d.version, d.content, d.changed_at, d.changed_by
from ledger.documents d
where d.organization_id = $1 and d.collection = $2 and d.key > $4 and ($3::text is null or d.content @? $3::text::jsonpath)
order by d.key
limit $5::integer
