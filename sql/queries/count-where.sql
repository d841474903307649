-- count-where: how many fit a filter, at most a million.
-- $1 filter  jsonb  names and values as in the API
select ledger.count_notifications($1) as notifications
