-- who-did-what: the last 50 acts of people, tokens and hands in the tables.
select at, act, actor, login, via, notification_id, coalesce(reason, detail::text) as why
from ledger.audit
order by audit_id desc
limit 50;
