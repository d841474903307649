import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { rulesOf } from '../../helpers/mapping.ts'
import { createSituation, type Situation, service } from '../../helpers/provision.ts'

const TERMINATES = rulesOf({ cancellations: 'cancel', cancelBy: 'terminate' })
const REQUESTS = rulesOf({ cancellations: 'cancel' })
const ENDED = [service({ status: 'Terminated' })]

async function play(situation: Situation) {
  const { run, steps, trace } = createSituation({
    ...{ rules: TERMINATES, intent: { state: 'accepted', whmcsOrderId: '1001' } },
    ...situation,
  })
  const outcome = await run({ cancellation: 'wanted' }).catch((error: unknown) => error)
  return { steps: steps(), outcome, trace }
}

t.test('cancel ends each service that is set up, and sees that it has ended', async (t) => {
  const active = { status: 'active', statusText: 'Active' } as const
  const done = await play({
    there: active,
    services: [[service(), service({ id: '2002', status: 'Cancelled' })], ENDED],
  })
  t.equal(done.steps, 'beginCancel LOOK SERVICES END SERVICES recordCancelled')
  t.same(done.trace[3], ['END', '2001', 'terminate'])
  t.match(done.outcome, { kind: 'advance', step: 'write_back', whmcsOrderId: '1001' })
  const left = await play({ there: active, services: [[service()]] })
  t.match(left, { steps: 'beginCancel LOOK SERVICES END SERVICES', outcome: { code: 'WHMCS_CANCEL_FAILED' } })
  const asked = await play({ rules: REQUESTS, there: active, services: [[service()]] })
  t.equal(asked.steps, 'beginCancel LOOK SERVICES END SERVICES recordCancelled', 'WHMCS carries a request out later')
})

t.test('cancel cancels an order that is pending, and leaves one alone that has ended', async (t) => {
  const pending = await play({ services: [[service({ status: 'Pending' })], [service({ status: 'Cancelled' })]] })
  t.equal(pending.steps, 'beginCancel LOOK SERVICES CANCEL SERVICES recordCancelled')
  t.equal((await play({ there: { status: 'ended' } })).steps, 'beginCancel LOOK recordCancelled')
  t.equal((await play({ there: undefined })).steps, 'beginCancel LOOK recordCancelled')
})

t.test('cancel sends nothing while another one may be at work, nor for an order of another client', async (t) => {
  t.match(await play({ beaten: true }), { steps: 'beginCancel', outcome: { kind: 'wait', code: 'BUSY' } })
  t.match(await play({ there: { clientId: '7' } }), {
    steps: 'beginCancel LOOK',
    outcome: { code: 'WHMCS_ORDER_ID_REUSED' },
  })
  const lost = await play({ there: { status: 'active' }, endThrows: new Failure('WHMCS_OUTCOME_UNKNOWN') })
  t.match(lost, { steps: 'beginCancel LOOK SERVICES END', outcome: { code: 'WHMCS_OUTCOME_UNKNOWN' } })
})
