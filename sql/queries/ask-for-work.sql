-- ask-for-work: a person has asked for the notification that was just recorded. So it goes to work also where nothing has
-- changed since a failure, as a replay does. While a worker has the lease it is the next of its record.
-- $1 organization_id  text
-- $2 record_id        text
-- $3 notification_id  text
update ledger.work w
set replayed = w.replayed or w.next_notification_id is null, next_arrival.replayed = case when w.next_notification_id is not null then true end
where w.organization_id = $1 and w.record_id = $2 and (w.notification_id = $3 or w.next_notification_id = $3)
returning w.record_id
