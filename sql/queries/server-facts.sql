-- server-facts: what the server is and how it is set up. Needs no table of ours.
select current_setting('server_version') as version, current_setting('server_version_num')::integer as version_number,
  current_setting('server_encoding') as encoding, current_user::text as role,
  (select r.rolsuper from pg_roles r where r.rolname = current_user) as superuser,
  pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as read_only, clock_timestamp() as clock,
  (select jsonb_object_agg(s.name, s.reset_val) from pg_settings s
    where s.name in ('fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum', 'track_counts')) as settings,
  (select coalesce(least(current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
      - coalesce(current_setting('reserved_connections', true), '0')::integer,
    nullif(d.datconnlimit, -1), nullif(r.rolconnlimit, -1)), 0)
    from pg_database d, pg_roles r where d.datname = current_database() and r.rolname = current_user)::integer as most_connections,
  (select count(*) from pg_stat_activity a where a.backend_type = 'client backend')::integer as used_connections,
  (select age(d.datfrozenxid) from pg_database d where d.datname = current_database()) as transaction_age
