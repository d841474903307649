import t from 'tap'
import { readReasoned } from '../../src/operations/act.ts'

t.test('readReasoned makes one line of it', async (t) => {
  const cases: [string, string][] = [
    ['items added', 'items added'],
    ['  two\nlines\r\nand\ta tab ', 'two lines and a tab'],
    ['red \x1b[31m, \x9b and \u2028 break', 'red [31m, and break'],
    ['Größe 5 €', 'Größe 5 €'],
  ]
  for (const [text, reason] of cases) t.equal(reasonOf(text), reason)
})

t.test('readReasoned refuses no reason, and one that is too long', async (t) => {
  for (const text of ['', ' \n\t', '\x00', 'x'.repeat(1_001)])
    t.throws(() => reasonOf(text), { name: 'Refusal', kind: 'invalid' })
  t.equal(reasonOf('x'.repeat(1_000)).length, 1_000)
})

t.test('readReasoned makes one line of at most 100 characters of the name, and leaves the rest', async (t) => {
  const nameOf = (name: string) => readReasoned({ reason: 'x', by: { name, via: 'api', tokenId: 't1' } }).by
  t.same(nameOf('alice\nadmin'), { name: 'alice admin', via: 'api', tokenId: 't1' })
  t.equal(nameOf('x'.repeat(200)).name.length, 100)
})

function reasonOf(reason: string): string {
  return readReasoned({ reason, by: { name: 'anna', via: 'cli' } }).reason
}
