-- tell-alerts: the events of what was raised or resolved and nobody was told of yet. One that was over before anybody was told is
-- not told of.
with raised as (
  update ledger.alert a
  set raise_told_at = now()
  where a.raise_told_at is null and a.state = 'raised'
  returning a.*, 'alert.raised' as type
), resolved as (
  update ledger.alert a
  set resolve_told_at = now()
  where a.state = 'resolved' and a.resolve_told_at is null and a.raise_told_at is not null
  returning a.*, 'alert.resolved' as type
), changed as (
  select * from raised union all select * from resolved
)
insert into ledger.event (organization_id, type, subject, data)
select c.organization_id, c.type, c.alert_id, jsonb_strip_nulls(jsonb_build_object('alertId', c.alert_id, 'kind', c.kind,
  'category', c.category, 'organizationId', nullif(c.organization_id, ''), 'subject', nullif(c.subject, ''), 'message', c.message,
  'value', c.value, 'threshold', c.threshold,
  'raisedAt', to_char(c.raised_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'resolvedAt', to_char(c.resolved_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
from changed c
where c.type = any (array(select unnest(w.types) from ledger.webhook w where w.state = 'active'))
