-- begin-retire: in the transaction of a batch, before it: true when no other process has one in hand. Two at once that
-- remove the last two notifications of a message would each still see the other's, and leave the message behind.
select pg_try_advisory_xact_lock(hashtext('ledger.retire')) as begun
