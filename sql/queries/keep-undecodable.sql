-- keep-undecodable: events that nobody can read, with their bytes. One that is known already is left alone.
-- $1 organization_id  text
-- $2 topic            text
-- $3 replay_id        bytea[]
-- $4 event_id         text[]   or null
-- $5 schema_id        text[]
-- $6 reason           text[]
-- $7 payload          bytea[]
insert into ledger.undecodable_event (organization_id, topic, replay_id, event_id, schema_id, reason, payload)
select $1, $2, e.replay_id, e.event_id, e.schema_id, e.reason, e.payload
from unnest($3::bytea[], $4::text[], $5::text[], $6::text[], $7::bytea[]) as e (replay_id, event_id, schema_id, reason, payload)
on conflict (organization_id, topic, replay_id, digest) do nothing
