-- report-subscription: say how a subscription stands. No row: another worker has it.
-- $1 organization_id  text
-- $2 topic            text
-- $3 lease_no         integer
-- $4 state            text
-- $5 code             text
-- $6 message          text
update ledger.subscription s
set state = $4, error_code = $5, error_message = $6,
  since = case when (s.state = 'subscribed') = ($4 = 'subscribed') then s.since else now() end,
  subscribed_at = case when $4 = 'subscribed' then coalesce(s.subscribed_at, now()) else s.subscribed_at end
where s.organization_id = $1 and s.topic = $2 and s.lease_no = $3 and s.lease_holder is not null
returning s.lease_no
