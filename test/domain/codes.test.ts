import t from 'tap'
import { CODES, FAILURES, remedyOf } from '../../src/domain/codes.ts'

t.test('CODES gives every code a class, a meaning and a remedy', async (t) => {
  const entries = Object.entries(CODES)
  t.ok(entries.length > 30)
  for (const [code, kind] of entries) {
    t.match(code, /^[A-Z]+(_[A-Z]+)*$/)
    t.match(kind.meaning, /^[A-Z].*[.]$/, `${code} has a meaning`)
    t.match(kind.remedy, /^[A-Z].*[.?]$/, `${code} has a remedy`)
  }
})

t.test('FAILURES holds all codes but the waits and the reasons to ignore', async (t) => {
  const others = Object.entries(CODES).filter(([, { class: kind }]) => kind === 'wait' || kind === 'ignore')
  t.same(Object.keys(FAILURES), Object.keys(CODES).slice(0, -others.length))
  for (const { class: kind } of Object.values(FAILURES))
    t.ok(['retry', 'reconcile', 'permanent', 'pause', 'release'].includes(kind))
})

t.test('CODES leaves nothing for people to do about a wait', async (t) => {
  for (const { class: kind, remedy } of Object.values(CODES))
    if (kind === 'wait') t.match(remedy, /^There is nothing to do/)
})

t.test('remedyOf knows every code, and nothing else', async (t) => {
  for (const code of ['ORDER_EMPTY', 'BUSY', 'NOT_ELIGIBLE'] as const) t.equal(remedyOf(code), CODES[code].remedy)
  for (const code of ['UNKNOWN', 'toString', '', undefined]) t.equal(remedyOf(code), undefined)
})

t.test('CODES lets what a person must mend open no breaker', async (t) => {
  for (const [code, kind] of Object.entries(CODES)) {
    if (kind.breaks) t.ok(kind.class === 'retry' || kind.class === 'reconcile', code)
  }
})
