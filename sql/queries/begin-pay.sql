-- begin-pay: write down, before AddInvoicePayment is sent, that it is about to be. Returns no row when another worker
-- was faster: then nothing may be sent.
-- $1 organization_id  text
-- $2 order_id         text
-- $3 settle_time      interval  so long an earlier payment is believed to be at work
update ledger.provisioning set pay_sent_at = now()
where organization_id = $1 and order_id = $2 and state = 'added'
  and (pay_sent_at is null or pay_sent_at <= now() - $3::interval)
returning whmcs_order_id
