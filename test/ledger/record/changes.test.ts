import t from 'tap'
import { createChanges } from '../../../src/ledger/record/changes.ts'
import { createBench } from '../../helpers/ledger.ts'
import { message, notification, ORGANIZATION, salesforceId } from '../../helpers/messages.ts'

t.test('known tells the changes about which a notification came since, of this organisation', async (t) => {
  const bench = await createBench(t)
  const [heard, unheard] = [salesforceId('801', 1), salesforceId('801', 2)]
  await bench.record(message([notification({ recordId: heard })]))
  const ask = (organizationId: string, changedAt: Date) =>
    createChanges({ runner: bench.pool, organizationId }).known(
      [heard, unheard].map((orderId) => ({ orderId, changedAt })),
    )
  const minute = 60_000
  t.same([...(await ask(ORGANIZATION, new Date(Date.now() - minute)))], [heard])
  t.equal((await ask(ORGANIZATION, new Date(Date.now() + minute))).size, 0, 'it came before that change')
  t.equal((await ask(salesforceId('00D', 9), new Date(0))).size, 0)
})

t.test('since tells when the ledger was made', async (t) => {
  const bench = await createBench(t)
  const since = await createChanges({ runner: bench.pool, organizationId: ORGANIZATION }).since()
  t.ok(since.getTime() <= Date.now() && since.getTime() > Date.now() - 86_400_000)
})
