-- forget-clicks: remove nonces and idempotency keys of an organisation that are old, the oldest first.
-- $1 organization_id  text
-- $2 nonces_for       interval  a nonce is kept this long
-- $3 keys_for         interval  and a key this long
-- $4 most             integer   at most so many of each
with nonces as (
  delete from ledger.quick_action_nonce n
  where n.organization_id = $1 and n.nonce = any (array(
    select o.nonce from ledger.quick_action_nonce o
    where o.organization_id = $1 and o.used_at < now() - $2::interval
    order by o.used_at limit $4::integer))
    and n.used_at < now() - $2::interval
  returning n.nonce
), keys as (
  delete from ledger.quick_action_key k
  where k.organization_id = $1 and k.key = any (array(
    select o.key from ledger.quick_action_key o
    where o.organization_id = $1 and o.taken_at < now() - $3::interval
    order by o.taken_at limit $4::integer))
  returning k.key
)
select (select count(*)::integer from nonces) as nonces, (select count(*)::integer from keys) as keys
