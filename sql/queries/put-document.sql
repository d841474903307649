-- put-document: write a document, or remove it. No row: another version is there than the one that is expected.
-- $1 organization_id  text
-- $2 collection       text
-- $3 key              text
-- $4 content          jsonb    null: remove it
-- $5 expected         integer  0: none, null: any
-- $6 acting           jsonb    who
select p.version, p.changed_at, p.created from ledger.put_document($1, $2, $3, $4, $5, $6) as p
