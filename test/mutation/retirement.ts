/** Mutations of what removes the old. */
import { statement } from './change.ts'
import type { Mutation } from './table.ts'

export const RETIREMENT: Mutation[] = [
  {
    name: 'what is young goes, too',
    change: statement(
      'retire',
      'n.finalized_at < now() - $P::interval',
      'n.finalized_at < now() and $P::interval is not null',
    ),
  },
  {
    name: 'a dead letter goes though its order is half in WHMCS',
    change: statement('retire', "p.state not in ('sending', 'added')", 'true'),
  },
  {
    name: 'a message goes with the first of its notifications',
    change: statement(
      'retire',
      'and n.message_id = g.message_id)',
      'and n.message_id = g.message_id and false) + g.gone',
    ),
  },
  {
    name: 'a snapshot goes that a younger notification needs',
    change: statement('retire', 'and n.record_id = g.record_id)', 'and n.record_id = g.record_id and false) + g.gone'),
  },
  {
    name: 'retire waits for a replay: no skip locked',
    change: statement('retire', 'for update of n skip locked', 'for update of n'),
  },
  {
    name: 'two processes have a batch in hand at once',
    change: statement('begin-retire', "(hashtext('ledger.retire'))", "(hashtext('ledger.retire')) or true"),
  },
]
