import t from 'tap'
import { readName, readReason } from '../../src/operations/act.ts'

t.test('readReason makes one line of it', async (t) => {
  const cases: [string, string][] = [
    ['items added', 'items added'],
    ['  two\nlines\r\nand\ta tab ', 'two lines and a tab'],
    ['red \x1b[31m, \x9b and \u2028 break', 'red [31m, and break'],
    ['Größe 5 €', 'Größe 5 €'],
  ]
  for (const [text, reason] of cases) t.equal(readReason(text), reason)
})

t.test('readReason refuses none, and one that is too long', async (t) => {
  for (const text of ['', ' \n\t', '\x00', 'x'.repeat(1_001)])
    t.throws(() => readReason(text), { name: 'Refusal', kind: 'invalid' })
  t.equal(readReason('x'.repeat(1_000)).length, 1_000)
})

t.test('readName makes one line of at most 100 characters of it', async (t) => {
  t.equal(readName('alice\nadmin'), 'alice admin')
  t.equal(readName('x'.repeat(200)).length, 100)
})
