-- answer-click: keep what is answered to the first request with that idempotency key. An answer that was given stays.
-- $1 organization_id  text
-- $2 key              text
-- $3 status           integer
-- $4 answer           jsonb
update ledger.quick_action_key
set status = $3, answer = $4
where organization_id = $1 and key = $2 and status is null
returning key
