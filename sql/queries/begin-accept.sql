-- begin-accept: write down, before AcceptOrder is sent, that it is about to be. Returns no row when another worker
-- was faster: then nothing may be sent.
-- $1 organization_id  text
-- $2 order_id         text
-- $3 settle_time      interval  so long an earlier AcceptOrder is believed to be at work
update ledger.provisioning set accept_sent_at = now()
where organization_id = $1 and order_id = $2 and state = 'added'
  and (accept_sent_at is null or accept_sent_at <= now() - $3::interval)
returning whmcs_order_id
