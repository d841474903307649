-- begin-evaluate: in the transaction that evaluates alerts, before it: true when no other process is at it.
select pg_try_advisory_xact_lock(hashtext('ledger.evaluate')) as begun
