-- audit: who did what, newest first.
-- $1 most             integer      at most this many
-- $2 before           bigint       with a smaller number, null: from the newest
-- $3 actor            text         null: any
-- $4 act              text         null: any
-- $5 notification_id  text         null: any
-- $6 record_id        text         null: any
-- $7 since            timestamptz  then or later, null: any
-- $8 until            timestamptz  before, null: any
select a.audit_id, nullif(a.organization_id, '') as organization_id, a.at, a.act, a.actor, a.login, a.via, a.token_id, a.subject, a.address,
  a.reason, a.notification_id, nullif(a.record_id, '') as record_id, a.detail
from (
  (
    select i.* from ledger.audit i
    where $5::text is null and $6::text is null
      and ($2::bigint is null or i.audit_id < $2)
      and ($3::text is null or i.actor = $3) and ($4::text is null or i.act = $4)
      and ($7::timestamptz is null or i.at >= $7) and ($8::timestamptz is null or i.at < $8)
    order by i.audit_id desc
    limit $1::integer
  )
  union all
  (
    select i.*
    from ledger.organizations g
    cross join lateral (
      select $6 as record_id where $6 is not null
      union
      select n.record_id from ledger.notification n where n.organization_id = g.organization_id and n.notification_id = $5
    ) as r
    cross join lateral (
      select x.* from ledger.audit x where x.organization_id = g.organization_id and x.record_id = r.record_id offset 0
    ) as i
    where ($5 is not null or $6 is not null)
      and ($5 is null or i.notification_id = $5) and ($6 is null or i.record_id = $6)
      and ($2 is null or i.audit_id < $2) and ($3 is null or i.actor = $3) and ($4 is null or i.act = $4)
      and ($7 is null or i.at >= $7) and ($8 is null or i.at < $8)
    order by i.audit_id desc
    limit $1::integer
  )
) as a
order by a.audit_id desc
limit $1::integer
