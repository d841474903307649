import t from 'tap'
import { filled, findClauses } from './clause.ts'

const sql = `-- settle: a comment with n.step = $1
update ledger.notification n
set until = greatest(p.until,
    excluded.until) -- and one here
where n.lease_holder = $1 AND n.lease_no = g.lease_no
  and n.state = 'it''s' and n.due <= now()`

const found = (clause: string) => findClauses(sql, clause).map(({ from, to }) => sql.slice(from, to))

t.test('findClauses finds a clause over line breaks and in any case, and none in a comment', async (t) => {
  t.same(found('greatest(p.until, excluded.until)'), ['greatest(p.until,\n    excluded.until)'])
  t.same(found('and N.LEASE_NO = g.lease_no and'), ['AND n.lease_no = g.lease_no\n  and'])
  t.same(found('n.step'), [])
  t.same(found("n.state = 'it''s'"), ["n.state = 'it''s'"])
  t.same(found('n.due < = now()'), [], 'an operator is one token')
})

t.test('findClauses takes $A for any one token, and for the same one everywhere', async (t) => {
  const [clause] = findClauses(sql, 'n.lease_holder = $W and n.lease_no = g.$NO')
  t.same(clause, undefined, 'a name with its alias is one token')
  t.match(findClauses(sql, 'n.lease_holder = $W and'), [{ values: { W: '$1' } }])
  t.same(found('$A $A'), [])
  t.equal(filled('where $A = $A and $B', { A: '$1' }), 'where $1 = $1 and $B')
})
