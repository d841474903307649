import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { createLanes } from '../../../src/pipeline/steps/provision/lanes.ts'

const unclear = () => Promise.reject(new Failure('WHMCS_OUTCOME_UNKNOWN'))
const clear = async () => 'done'

t.test('lanes let one order at a time try a product that gave no clear answer', async (t) => {
  const lanes = createLanes()
  let end = (_result: string): void => {}
  const pending = () => new Promise<string>((resolve) => (end = resolve))
  const first = lanes.run(['185'], pending)
  t.ok(lanes.run(['185'], clear), 'as many as there are, as long as it answers')
  end('done')
  await first

  await t.rejects(lanes.run(['185', '242'], unclear) ?? clear())
  const trying = lanes.run(['185'], pending)
  t.equal(lanes.run(['185', '7'], clear), undefined, 'others step aside')
  t.equal(await lanes.run(['242'], clear), 'done', 'another product does not')
  end('done')
  t.equal(await trying, 'done')
  const again = lanes.run(['185'], pending)
  t.equal(await lanes.run(['185'], clear), 'done', 'it answers again')
  end('done')
  await again
})

t.test('lanes take a clear no for an answer', async (t) => {
  const lanes = createLanes()
  await t.rejects(lanes.run(['185'], unclear) ?? clear())
  await t.rejects(lanes.run(['185'], () => Promise.reject(new Failure('WHMCS_ORDER_REFUSED'))) ?? clear())
  const both = [lanes.run(['185'], clear), lanes.run(['185'], clear)]
  t.same(await Promise.all(both), ['done', 'done'])
})

t.test('lanes keep to one when the one that tried had no answer either', async (t) => {
  const lanes = createLanes()
  await t.rejects(lanes.run(['185'], unclear) ?? clear())
  await t.rejects(lanes.run(['185'], unclear) ?? clear())
  const trying = lanes.run(['185'], clear)
  t.equal(lanes.run(['185'], clear), undefined)
  await trying
})
