-- subscriptions: the topics that are subscribed to, and how each stands.
select organization_id, topic, state, error_code, error_message, since, position_at, last_event_at, lost_at, sweep_since,
  recorded, own, other, undecodable, deliveries_remaining, deliveries_max, lease_holder
from ledger.subscriptions
order by organization_id, topic
