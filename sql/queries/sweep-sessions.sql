-- sweep-sessions: the same for all messages: for those whose worker died between settling and forgetting.
-- $1 most  integer  at most this many
with spent as (
  select m.organization_id, m.message_id
  from ledger.message m
  where m.session is not null
    and (select count(*) from ledger.notification n where n.organization_id = m.organization_id
      and n.message_id = m.message_id and n.finalized_at is null) = 0
  limit $1::integer
  for update of m skip locked
)
update ledger.message m set session = null from spent s
where m.organization_id = s.organization_id and m.message_id = s.message_id
returning m.message_id
