import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import type { Outcome } from '../../../src/domain/outcome.ts'
import { createLanes } from '../../../src/pipeline/steps/provision/lanes.ts'

const unclear = () => Promise.reject(new Failure('WHMCS_OUTCOME_UNKNOWN'))
const DONE: Outcome = { kind: 'advance', step: 'write_back' }
const WAIT: Outcome = { kind: 'wait', seconds: 1, code: 'BUSY', message: 'later' }
const clear = async () => DONE

t.test('lanes let one order at a time try a product that gave no clear answer', async (t) => {
  const lanes = createLanes()
  let end = (_outcome: Outcome): void => {}
  const pending = () =>
    new Promise<Outcome>((resolve) => {
      end = resolve
    })
  const first = lanes.run(['185'], pending)
  t.ok(lanes.run(['185'], clear), 'as many as there are, as long as it answers')
  end(DONE)
  await first

  await t.rejects(lanes.run(['185', '242'], unclear) ?? clear())
  const trying = lanes.run(['185'], pending)
  t.equal(lanes.run(['185', '7'], clear), undefined, 'others step aside')
  t.equal(await lanes.run(['242'], clear), DONE, 'another product does not')
  end(DONE)
  t.equal(await trying, DONE)
  const again = lanes.run(['185'], pending)
  t.equal(await lanes.run(['185'], clear), DONE, 'it answers again')
  end(DONE)
  await again
})

t.test('lanes take a clear no for an answer', async (t) => {
  const lanes = createLanes()
  await t.rejects(lanes.run(['185'], unclear) ?? clear())
  await t.rejects(lanes.run(['185'], () => Promise.reject(new Failure('WHMCS_ORDER_REFUSED'))) ?? clear())
  const both = [lanes.run(['185'], clear), lanes.run(['185'], clear)]
  t.same(await Promise.all(both), [DONE, DONE])
})

t.test('lanes keep to one when the one that tried had no answer either', async (t) => {
  const lanes = createLanes()
  await t.rejects(lanes.run(['185'], unclear) ?? clear())
  await t.rejects(lanes.run(['185'], unclear) ?? clear())
  const trying = lanes.run(['185'], clear)
  t.equal(lanes.run(['185'], clear), undefined)
  await trying
})

t.test('lanes learn nothing of a product from an order for which WHMCS was not asked', async (t) => {
  const lanes = createLanes()
  await t.rejects(lanes.run(['185'], unclear) ?? clear())
  t.equal(await lanes.run(['185'], async () => WAIT), WAIT)
  for (const code of ['WHMCS_UNAVAILABLE', 'LEDGER_AWAY'] as const) {
    await t.rejects(lanes.run(['185'], () => Promise.reject(new Failure(code))) ?? clear())
  }
  await t.rejects(lanes.run(['185'], () => Promise.reject(new Error('?'))) ?? clear())
  const trying = lanes.run(['185'], clear)
  t.equal(lanes.run(['185'], clear), undefined, 'still one at a time')
  await trying
})
