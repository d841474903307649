-- sum-hours: count some hours that are over; see the function, which has the right to.
-- $1 most      integer   at most this many
-- $2 kept_for  interval  what is older goes
select ledger.sum_hours($1, $2) as hours
