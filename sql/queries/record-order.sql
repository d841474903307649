-- record-order: the order exists in WHMCS, made by us or found there and adopted. What we made is accepted next.
-- Returns no row when nothing is to be accepted by this worker: the order is known under another id, or another
-- worker adopted ours before we heard of it.
-- $1 organization_id  text
-- $2 order_id         text
-- $3 whmcs_client_id  text
-- $4 whmcs_order_id   text
-- $5 adopted          boolean
-- $6 request          jsonb
-- $7 request_hash     text
-- $8 accept_follows   boolean  what we made is accepted next, and not only when it is paid
insert into ledger.provisioning as p
  (organization_id, order_id, state, whmcs_client_id, whmcs_order_id, adopted, request, request_hash, prior_order_ids, sends, added_at, accept_sent_at)
values ($1, $2, 'added', $3, $4, $5, $6, $7, '{}', 0, now(), case when $8 then now() end)
on conflict (organization_id, order_id) do update
set state = 'added', whmcs_order_id = excluded.whmcs_order_id, added_at = now(),
  adopted = case p.state when 'added' then p.adopted else excluded.adopted end,
  accept_sent_at = coalesce(excluded.accept_sent_at, p.accept_sent_at)
where p.state in ('sending', 'refused') or p.state = 'added' and p.whmcs_order_id = excluded.whmcs_order_id and $5
returning p.whmcs_order_id
