-- rotate-webhook: a new secret, first in the list. Those before it sign for the time of the overlap, and no longer.
-- $1 webhook_id  text
-- $2 secret      text
-- $3 overlap     interval
-- $4 acting      jsonb     who
with rotated as (
  update ledger.webhook w
  set secrets = jsonb_build_array(jsonb_build_object('secret', $2::text)) || coalesce((
    select jsonb_agg(jsonb_build_object('secret', x.s ->> 'secret',
      'until', least(coalesce((x.s ->> 'until')::timestamptz, 'infinity'), now() + $3)) order by x.place)
    from jsonb_array_elements(w.secrets) with ordinality as x (s, place)
    where coalesce((x.s ->> 'until')::timestamptz, 'infinity') > now()
  ), '[]')
  where w.webhook_id = $1
  returning w.webhook_id, jsonb_build_object('webhookId', w.webhook_id, 'overlap', $3::interval) as detail
)
select rotated.webhook_id from rotated, ledger.write_audit('', 'webhook_rotate', $4, null, null, null, rotated.detail)
