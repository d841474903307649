/** Mutations of what is told to others: each would tell too much, too little, the wrong one, or in the wrong order. */
import { code, schema, statement } from './change.ts'
import type { Mutation } from './table.ts'

export const NOTICES: Mutation[] = [
  {
    name: 'what comes later overtakes what has not arrived',
    change: statement('claim-deliveries', 'o.event_no < d.event_no', 'o.event_no < 0'),
  },
  {
    name: 'two processes send the same delivery',
    change: statement('claim-deliveries', 'for update of d skip locked', ''),
  },
  {
    name: 'whoever lost the lease settles all the same',
    change: statement('settle-deliveries', 'and d.lease_holder = $1 and d.lease_no = g.lease_no', ''),
  },
  {
    name: 'a disabled webhook is told all the same',
    change: schema("where w.state = 'active' and new.type", 'where new.type'),
  },
  {
    name: 'filters are not looked at',
    change: schema('and new.data @> w.filter', ''),
  },
  {
    name: 'one address of our own network is enough to be dialled',
    change: code('destinations', 'addresses.filter(isPublicAddress)', 'addresses.filter(() => true)'),
  },
  {
    name: 'an alert is raised again while it is raised',
    change: statement('change-alerts', 'where r.began', ''),
  },
  {
    name: 'an alert is resolved at the first moment of calm',
    change: statement('change-alerts', 'and a.seen_at < now() - $9::interval', ''),
  },
  {
    name: 'the end of what nobody heard of is told',
    change: statement('tell-alerts', 'and a.raise_told_at is not null', ''),
  },
]
