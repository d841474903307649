-- move-position: the stream is that far; in the transaction that stores what came. No row: another worker has it.
-- $1 organization_id  text
-- $2 topic            text
-- $3 lease_no         integer
-- $4 replay_id        bytea        or null: it stays where it is
-- $5 last_event_at    timestamptz  or null
-- $6 sweep_since      timestamptz  or null: nothing is owed for what came
-- $7 own              integer
-- $8 other            integer
-- $9 undecodable      integer
update ledger.subscription s
set replay_id = coalesce($4, s.replay_id),
  position_at = case when $4::bytea is null then s.position_at else now() end,
  last_event_at = greatest(s.last_event_at, $5), sweep_since = least(s.sweep_since, $6),
  own = s.own + $7::integer, other = s.other + $8::integer, undecodable = s.undecodable + $9::integer
where s.organization_id = $1 and s.topic = $2 and s.lease_no = $3 and s.lease_holder is not null
returning s.lease_no
