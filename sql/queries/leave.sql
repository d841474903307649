-- leave: this process has ended.
-- $1 worker  text
delete from ledger.worker where worker = $1
