-- audit-access: keeps who signed in or out, or tried to.
-- $1 act     text
-- $2 acting  jsonb  who
-- $3 reason  text   why it was refused
-- $4 detail  jsonb
select true as kept from ledger.write_audit('', $1, $2, $3, null, null, $4)
