-- take-subscription: lease the subscription of a topic to one worker, unless another has it. The first one makes it.
-- $1 organization_id  text
-- $2 topic            text
-- $3 worker           text
-- $4 lease            interval  how long the lease lasts
insert into ledger.subscription as s (organization_id, topic, lease_holder, lease_until, lease_no)
values ($1, $2, $3, now() + $4, 1)
on conflict (organization_id, topic) do update
set lease_holder = excluded.lease_holder, lease_until = excluded.lease_until, lease_no = s.lease_no + 1
where s.lease_until is null or s.lease_until <= now()
returning s.lease_no, s.replay_id, s.subscribed_at, s.lost_at, s.last_event_at, s.sweep_since
