-- known-sessions: those of the given server processes that the server still has. The others will never answer.
-- $1 pid  integer[]
select pid from pg_catalog.pg_stat_activity where pid = any($1)
