-- Up Migration
-- What each Ack and each step pays for, made cheaper. Nothing here stops the version before from running beside this one.

-- A message is written by the statement that writes its notifications: a look at it for each of them was a quarter of
-- the insert. sql/dba/invariants.sql looks for what this would have caught.
alter table ledger.notification drop constraint notification_message_fk;

-- The workers' leases are few, and one_working_per_record holds them all. Without this one, renewing a lease touches no
-- index at all, and a claim one less.
drop index ledger.notification_leased;

-- The door has checked the alphabet of every id (toId18). To check it again here, by a regular expression at every
-- insert and update, was a quarter of the insert.
alter table ledger.notification
  drop constraint notification_id_has_18,
  drop constraint record_id_has_18,
  add constraint notification_id_has_18 check (length(notification_id) = 18) not valid,
  add constraint record_id_has_18 check (length(record_id) = 18) not valid;
alter table ledger.message
  drop constraint organization_id_has_18,
  add constraint organization_id_has_18 check (length(organization_id) = 18) not valid;

-- leased_at stays when a lease ends: the attempt's row is made from it, and the settlement is one update, not a lock and
-- an update.
alter table ledger.notification
  drop constraint lease_iff_working,
  add constraint lease_iff_working check (
    (state = 'working') = (lease_holder is not null)
    and (state = 'working') = (lease_until is not null)
    and (state <> 'working' or leased_at is not null)) not valid;
