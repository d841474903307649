-- begin-cancel: write down, before anything is cancelled in WHMCS, that it is about to be. Returns no row when another
-- worker was faster: then nothing may be sent.
-- $1 organization_id  text
-- $2 order_id         text
-- $3 settle_time      interval  so long an earlier cancellation is believed to be at work
update ledger.provisioning set cancel_sent_at = now()
where organization_id = $1 and order_id = $2 and cancel_wanted_at is not null and cancelled_at is null
  and (cancel_sent_at is null or cancel_sent_at <= now() - $3::interval)
returning whmcs_order_id
