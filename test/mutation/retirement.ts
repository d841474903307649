/** Mutations of what removes the old. */
import { schema, statement } from './change.ts'
import type { Mutation } from './table.ts'

export const RETIREMENT: Mutation[] = [
  {
    name: 'what is young goes, too',
    change: schema(
      "o.finalized_at < now() - greatest($K, interval '7 days')",
      'o.finalized_at < now() and $K is not null',
    ),
  },
  {
    name: 'a dead letter goes though its order is half in WHMCS',
    change: schema("p.state not in ('sending', 'added')", 'true'),
    by: ['upkeep/retirement'],
  },
  {
    name: 'a message goes with the first of its notifications',
    change: schema('and n.message_id = g.message_id)', 'and n.message_id = g.message_id and false) + g.gone'),
    by: ['upkeep/retirement'],
  },
  {
    name: 'a snapshot goes that a younger notification needs',
    change: schema('and n.record_id = g.record_id)', 'and n.record_id = g.record_id and false) + g.gone'),
    by: ['upkeep/retirement'],
  },
  {
    name: 'retire waits for a replay: no skip locked',
    change: schema('for update of o skip locked', 'for update of o'),
    by: ['upkeep/retirement-races'],
  },
  {
    name: 'two processes have a batch in hand at once',
    change: statement('begin-retire', "(hashtext('ledger.retire'))", "(hashtext('ledger.retire')) or true"),
  },
]
