import t from 'tap'
import { createTokens } from '../../../src/ledger/people/tokens.ts'
import { createBench } from '../../helpers/ledger.ts'

t.test('touch writes down when a token was last used, once a minute', async (t) => {
  const bench = await createBench(t)
  const tokens = createTokens(bench.pool)
  const [id, by] = ['0123456789ab', { name: 'anna', via: 'cli' }]
  await tokens.add({ id, by, name: 'portal', scopes: ['status'], hash: Buffer.alloc(32), expiresAt: undefined })
  const used = async () => (await tokens.find(id))?.last_used_at?.getTime()
  t.equal(await used(), undefined)
  await tokens.touch(id)
  const first = await used()
  t.ok(first)
  await tokens.touch(id)
  t.equal(await used(), first, 'a moment later it is not written again')
  await bench.rows("update ledger.token set last_used_at = last_used_at - interval '2 minutes'")
  await tokens.touch(id)
  t.ok(Number(await used()) >= Number(first))
})
