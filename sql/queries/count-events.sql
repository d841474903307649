-- count-events: so many notifications of the topic were new.
-- $1 organization_id  text
-- $2 topic            text
-- $3 recorded         integer
update ledger.subscription s
set recorded = s.recorded + $3::integer
where s.organization_id = $1 and s.topic = $2
