-- Up Migration: outside of a transaction
-- The page that list shows, of whatever is rare. Only rows that ended otherwise than completed are in it, and those
-- with an error: an order that goes well costs nothing here.
drop index concurrently if exists ledger.notification_ended_otherwise;
create index concurrently notification_ended_otherwise on ledger.notification (organization_id, state, received_at)
  where state in ('dead', 'ignored', 'superseded');
drop index concurrently if exists ledger.notification_dead;
drop index concurrently if exists ledger.notification_error;
create index concurrently notification_error on ledger.notification (organization_id, error_code, received_at) where error_code is not null;

-- Without the notification_id: it made every entry a third longer, and where nothing was analysed yet a look-up of a
-- notification by its key was planned as a scan of all of this index.
drop index concurrently if exists ledger.notification_arrived;
create index concurrently notification_arrived on ledger.notification (organization_id, received_at);
drop index concurrently if exists ledger.notification_received;
