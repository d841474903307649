-- count-where: how many fit a filter, at most a million.
-- $1 filter  jsonb  names and values as in the API
select count(*)::integer as notifications from ledger.find_notifications($1, 1000000)
