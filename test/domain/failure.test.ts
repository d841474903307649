import t from 'tap'
import { CODES } from '../../src/domain/codes.ts'
import { Failure, toFailure } from '../../src/domain/failure.ts'

t.test('Failure says where to look, then what is wrong', async (t) => {
  const { meaning } = CODES.ORDER_EMPTY
  const at = { record: 'Order 801', field: 'Status' }
  t.equal(new Failure('ORDER_EMPTY').message, meaning)
  t.equal(new Failure('ORDER_EMPTY', { detail: 'has none' }).message, 'has none')
  t.equal(new Failure('ORDER_EMPTY', { ...at, detail: 'is odd' }).message, 'Order 801: Status is odd')
  t.equal(new Failure('ORDER_EMPTY', { record: 'Order 801', detail: 'is odd' }).message, 'Order 801 is odd')
  t.equal(new Failure('ORDER_EMPTY', { record: 'Order 801' }).message, `Order 801 ${meaning}`)
})

t.test('Failure keeps its cause, where there is one', async (t) => {
  const cause = new Error('socket hang up')
  const failure = new Failure('WHMCS_UNREACHABLE', { cause })
  t.equal(failure.cause, cause)
  t.equal(failure.code, 'WHMCS_UNREACHABLE')
  t.equal(failure.name, 'Failure')
  t.notOk('cause' in new Failure('WHMCS_UNREACHABLE'))
})

t.test('toFailure lets a Failure pass and makes INTERNAL of everything else', async (t) => {
  const failure = new Failure('ORDER_EMPTY')
  t.equal(toFailure(failure), failure)
  const error = new TypeError('x is not a function')
  t.match(toFailure(error), { code: 'INTERNAL', message: 'TypeError: x is not a function', cause: error })
  t.match(toFailure('thrown text'), { code: 'INTERNAL', message: 'thrown text', cause: 'thrown text' })
  t.match(toFailure(undefined), { code: 'INTERNAL', message: 'undefined' })
  t.equal(toFailure(new Error('x'.repeat(9_000))).message.length, 500)
})
