import t from 'tap'
import { FAILURES, Failure, IGNORED, remedyOf, toFailure, WAITS } from '../../src/domain/failure.ts'

t.test('FAILURES gives every code a class, a meaning and a remedy', async (t) => {
  const entries = Object.entries(FAILURES)
  t.ok(entries.length > 20)
  for (const [code, kind] of entries) {
    t.match(code, /^[A-Z]+(_[A-Z]+)*$/)
    t.ok(['retry', 'reconcile', 'permanent', 'pause', 'release'].includes(kind.class), `${code} has a class`)
    t.match(kind.meaning, /^[A-Z].*[.]$/, `${code} has a meaning`)
    t.match(kind.remedy, /^[A-Z].*[.?]$/, `${code} has a remedy`)
  }
  for (const meaning of Object.values(IGNORED)) t.match(meaning, /^[A-Z].*[.]$/)
})

t.test('WAITS gives every lawful wait a meaning, and nothing for people to do', async (t) => {
  for (const [code, wait] of Object.entries(WAITS)) {
    t.match(code, /^[A-Z]+(_[A-Z]+)*$/)
    t.notOk(code in FAILURES, `${code} is no failure`)
    t.match(wait.meaning, /^[A-Z].*[.]$/, `${code} has a meaning`)
    t.match(wait.remedy, /^Nothing: .*[.]$/, `${code} has a remedy`)
  }
})

t.test('remedyOf knows failures and waits, and nothing else', async (t) => {
  t.equal(remedyOf('ORDER_EMPTY'), FAILURES.ORDER_EMPTY.remedy)
  t.equal(remedyOf('BUSY'), WAITS.BUSY.remedy)
  for (const code of ['UNKNOWN', 'toString', '', undefined]) t.equal(remedyOf(code), undefined)
})

t.test('FAILURES lets what a person must mend open no breaker', async (t) => {
  for (const [code, kind] of Object.entries(FAILURES)) {
    if (kind.breaks) t.ok(kind.class === 'retry' || kind.class === 'reconcile', code)
  }
})

t.test('Failure says where to look, then what is wrong', async (t) => {
  const { meaning } = FAILURES.ORDER_EMPTY
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
