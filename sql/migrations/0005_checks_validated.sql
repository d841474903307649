-- Up Migration
-- What 0002 exchanged holds for the rows that were there as well. In a transaction of its own: it reads both tables, and
-- nobody has to wait for that.
alter table ledger.notification validate constraint notification_id_has_18;
alter table ledger.notification validate constraint record_id_has_18;
alter table ledger.notification validate constraint lease_iff_working;
alter table ledger.message validate constraint organization_id_has_18;
