/** Mutations of what removes the old. */
import type { Mutation } from './table.ts'

const retiring = ['test/ledger/upkeep/retirement.test.ts']

export const RETIREMENT: Mutation[] = [
  {
    name: 'what is young goes, too',
    file: 'sql/queries/retire.sql',
    find: 'n.finalized_at < now() - $2::interval\n',
    replace: 'n.finalized_at < now() and $2::interval is not null\n',
    tests: retiring,
  },
  {
    name: 'a dead letter goes though its order is half in WHMCS',
    file: 'sql/queries/retire.sql',
    find: "p.state not in ('sending', 'added')",
    replace: 'true',
    tests: retiring,
  },
  {
    name: 'a message goes with the first of its notifications',
    file: 'sql/queries/retire.sql',
    find: 'and n.message_id = g.message_id)',
    replace: 'and n.message_id = g.message_id and false) + g.gone',
    tests: retiring,
  },
  {
    name: 'a snapshot goes that a younger notification needs',
    file: 'sql/queries/retire.sql',
    find: 'and n.record_id = g.record_id)',
    replace: 'and n.record_id = g.record_id and false) + g.gone',
    tests: retiring,
  },
  {
    name: 'retire waits for a replay: no skip locked',
    file: 'sql/queries/retire.sql',
    find: 'for update of n skip locked\n), removed',
    replace: 'for update of n\n), removed',
    tests: ['test/ledger/upkeep/retirement-races.test.ts'],
  },
  {
    name: 'two processes have a batch in hand at once',
    file: 'sql/queries/begin-retire.sql',
    find: "(hashtext('ledger.retire'))",
    replace: "(hashtext('ledger.retire')) or true",
    tests: ['test/ledger/upkeep/retirement-races.test.ts'],
  },
]
