-- change-alerts: what holds is raised, or was; what has not held for a while is resolved. One that lingers - it no longer holds,
-- and is not well either - is raised by nobody, and resolved by nobody.
-- $1 organization_id  text[]
-- $2 kind             text[]
-- $3 category         text[]
-- $4 subject          text[]
-- $5 message          text[]
-- $6 value            double precision[]
-- $7 threshold        double precision[]
-- $8 lingers          boolean[]
-- $9 calm             interval            how long it must not have held
with given as (
  select distinct on (g.organization_id, g.kind, g.subject) g.*
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::double precision[], $7::double precision[], $8::boolean[])
    as g (organization_id, kind, category, subject, message, value, threshold, lingers)
), raised as (
  insert into ledger.alert as a (organization_id, kind, category, subject, message, value, threshold)
  select g.organization_id, g.kind, g.category, g.subject, g.message, g.value, g.threshold
  from given g
  where not g.lingers
  order by g.organization_id, g.kind, g.subject
  on conflict (organization_id, kind, subject) where state = 'raised' do update
  set seen_at = now(), message = excluded.message, value = excluded.value
  returning a.organization_id, a.kind, a.subject, a.alert_id, a.message, xmax = 0 as began
), kept as (
  update ledger.alert a
  set seen_at = now()
  from given g
  where g.lingers and a.organization_id = g.organization_id and a.kind = g.kind and a.subject = g.subject and a.state = 'raised'
), resolved as (
  update ledger.alert a
  set state = 'resolved', resolved_at = now()
  where a.state = 'raised' and a.seen_at < now() - $9::interval
    and not exists (select from given g where g.organization_id = a.organization_id and g.kind = a.kind and g.subject = a.subject)
  returning a.organization_id, a.kind, a.subject, a.alert_id, a.message
)
select r.organization_id, r.kind, r.subject, r.alert_id, r.message, 'raised' as change from raised r where r.began
union all
select r.organization_id, r.kind, r.subject, r.alert_id, r.message, 'resolved' from resolved r
