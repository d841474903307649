import t from 'tap'
import { allows, SCOPES, type Scope } from '../../src/operations/scopes.ts'
import { readToken } from '../../src/operations/token-text.ts'
import { createToken, listTokens, revokeToken, rotateToken } from '../../src/operations/tokens.ts'
import { tokensOfPeople } from '../../src/service/tokens.ts'
import { createBench } from '../helpers/ledger.ts'

const anna = { name: 'dashboard', scopes: ['read'], expires: undefined, by: { name: 'anna', via: 'cli' as const } }

t.test('allows includes the scopes below, but status in none', async (t) => {
  const may = (...scopes: Scope[]) => SCOPES.filter((wanted) => allows(scopes, wanted))
  t.same(may('read'), ['read'])
  t.same(may('operate'), ['read', 'operate'])
  t.same(may('admin'), ['read', 'operate', 'admin'])
  t.same(may('status'), ['status'])
  t.same(may('status', 'operate'), ['read', 'operate', 'status'])
  t.same(may(), [])
})

t.test('createToken shows the token once; the ledger keeps the hash of its secret', async (t) => {
  const bench = await createBench(t)
  const ledger = tokensOfPeople(bench.pool)
  const now = new Date()
  const made = await createToken(ledger, { ...anna, scopes: ['admin', 'read', 'read'], expires: '90d', now })
  t.match(made, { name: 'dashboard', scopes: ['read', 'admin'], state: 'active', createdBy: 'anna' })
  t.same(made.expiresAt, new Date(now.getTime() + 90 * 86_400_000))
  t.equal(made.prefix, `sst_${made.id}_`)
  const secret = made.token.slice(made.prefix.length)
  const rows = await bench.rows('select t::text as row, secret_hash from ledger.token t')
  t.notOk(String(rows[0]?.row).includes(secret))
  t.same(rows[0]?.secret_hash, readToken(made.token)?.hash)
  t.notOk(JSON.stringify(await listTokens(ledger)).includes(secret))
})

t.test('createToken refuses what makes no sense', async (t) => {
  const ledger = tokensOfPeople((await createBench(t)).pool)
  const refused = (request: object, message: RegExp) =>
    t.rejects(createToken(ledger, { ...anna, now: new Date(), ...request }), { kind: 'invalid', message })
  await refused({ name: ' \n ' }, /^name: /)
  await refused({ scopes: [] }, /^scope: give one of/)
  await refused({ scopes: ['read', 'root'] }, /^scope: 'root' is none of read, operate, admin, status/)
  await refused({ expires: '0d' }, /^expires: /)
  await refused({ expires: '2020-01-01' }, /^expires: '2020-01-01' is not in the future/)
  await refused({ expires: 'soon' }, /^expires: 'soon' is not a time/)
  await refused({ expires: '99999d' }, /^expires: /)
  t.same(await listTokens(ledger), [])
})

t.test('rotateToken makes a successor, and both are valid until the old one expires', async (t) => {
  const bench = await createBench(t)
  const ledger = tokensOfPeople(bench.pool)
  const old = await createToken(ledger, { ...anna, expires: '30d', now: new Date() })
  const made = await rotateToken(ledger, { id: old.id, by: { name: 'boris', via: 'cli' as const }, overlap: '1h' })
  t.match(made, { name: 'dashboard', scopes: ['read'], state: 'active', createdBy: 'boris' })
  const [, rotated] = await listTokens(ledger)
  t.match(rotated, { id: old.id, state: 'rotated', successorId: made.id })
  const hours = await bench.rows(
    'select round(extract(epoch from expires_at - now()) / 3600)::integer as h from ledger.token order by 1',
  )
  t.same(hours, [{ h: 1 }, { h: 720 }])
  await t.rejects(rotateToken(ledger, { id: old.id, by: { name: 'boris', via: 'cli' as const } }), {
    kind: 'conflict',
    message: /is rotated: only/,
  })
  const soon = await createToken(ledger, { ...anna, expires: '5m', now: new Date() })
  await rotateToken(ledger, { id: soon.id, by: { name: 'boris', via: 'cli' as const } })
  const left = "select expires_at < now() + interval '6 minutes' from ledger.token where token_id = $1"
  t.equal(await bench.value(left, [soon.id]), true, 'the overlap makes no token last longer')
  await t.rejects(rotateToken(ledger, { id: made.id, by: { name: 'x', via: 'cli' as const }, overlap: 'long' }), {
    name: 'Refusal',
    kind: 'invalid',
  })
})

t.test('revokeToken and the end of its time take a token from the valid ones', async (t) => {
  const bench = await createBench(t)
  const ledger = tokensOfPeople(bench.pool)
  const [one, two, three] = [await make(), await make(), await make()]
  function make() {
    return createToken(ledger, { ...anna, expires: '1d', now: new Date() })
  }
  t.match(await revokeToken(ledger, { id: one.id, by: { name: 'boris', via: 'cli' as const } }), {
    state: 'revoked',
    revokedBy: 'boris',
  })
  await bench.rows("update ledger.token set expires_at = now() - interval '1 second' where token_id = $1", [two.id])
  t.same(await bench.rows('select token_id, state from ledger.tokens order by state'), [
    { token_id: three.id, state: 'active' },
    { token_id: two.id, state: 'expired' },
    { token_id: one.id, state: 'revoked' },
  ])
  await t.rejects(revokeToken(ledger, { id: one.id, by: { name: 'x', via: 'cli' as const } }), {
    name: 'Refusal',
    kind: 'conflict',
  })
  await t.rejects(revokeToken(ledger, { id: 'nope', by: { name: 'x', via: 'cli' as const } }), {
    name: 'Refusal',
    kind: 'unknown',
  })
  for (const { id } of [one, two])
    await t.rejects(rotateToken(ledger, { id, by: { name: 'x', via: 'cli' as const } }), {
      name: 'Refusal',
      kind: 'conflict',
    })
})
