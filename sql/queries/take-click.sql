-- take-click: a signed request comes: its nonce and its idempotency key are taken, where both may be. Of two with the same
-- nonce or key at the same time the second waits for the first.
-- $1 organization_id  text
-- $2 nonce            text
-- $3 held_for         interval  a nonce that was used longer ago may come again
-- $4 key              text
-- $5 fingerprint      text      what the request asks for
-- $6 notification_id  text      what becomes of it, where the key is new
-- $7 record_id        text
-- $8 status           integer   of the answer, where it is known already; null: it is not
-- $9 answer           jsonb
with used as (
  select from ledger.quick_action_nonce n
  where n.organization_id = $1 and n.nonce = $2 and n.used_at >= now() - $3::interval
), known as (
  select k.fingerprint, k.status, k.answer from ledger.quick_action_key k where k.organization_id = $1 and k.key = $4
), fresh as (
  insert into ledger.quick_action_nonce as n (organization_id, nonce)
  select $1, $2
  where not exists (select from used) and not exists (select from known k where k.fingerprint <> $5)
  on conflict (organization_id, nonce) do update set used_at = now() where n.used_at < now() - $3::interval
  returning n.nonce
), taken as (
  insert into ledger.quick_action_key (organization_id, key, fingerprint, notification_id, record_id, status, answer)
  select $1, $4, $5, $6, $7, $8, $9
  from fresh
  where not exists (select from known)
  on conflict (organization_id, key) do nothing
  returning key
)
select exists (select from fresh) as fresh, exists (select from taken) as taken,
  not exists (select from used) and exists (select from known k where k.fingerprint <> $5) as other
