-- end-session: its bearer is signed out. No row: there is none.
-- $1 session_id  text
delete from ledger.session where session_id = $1
returning session_id
