import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseEnvFile, readEnvFile } from '../../src/config/env-file.ts'

const parsed = (text: string) => parseEnvFile(text, '.env')

t.test('parseEnvFile reads what people write', async (t) => {
  const cases: [string, Record<string, string>][] = [
    ['A=1\nB = two words \n\n# a comment\n  # another\nC=', { A: '1', B: 'two words', C: '' }],
    ['\uFEFFA=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['export A=1\n\texport   B=2', { A: '1', B: '2' }],
    ['A=a#b#c\nB=https://x.example/#top', { A: 'a#b#c', B: 'https://x.example/#top' }],
    ['A="a # b"\nB=\'a # b\'\nC=`a "b" \'c\'`', { A: 'a # b', B: 'a # b', C: 'a "b" \'c\'' }],
    ['A="a" # why\nB=\'b\'# why\nC=1', { A: 'a', B: 'b', C: '1' }],
    ['A="one\ntwo"\nB="one\\ntwo"\nC=\'one\\ntwo\'', { A: 'one\ntwo', B: 'one\ntwo', C: 'one\\ntwo' }],
    ["A=a=b=c\nB=it's", { A: 'a=b=c', B: "it's" }],
    ['', {}],
  ]
  for (const [text, variables] of cases) t.same(parsed(text), { variables, problems: [] }, JSON.stringify(text))
})

t.test('parseEnvFile names every line that it would have to guess at', async (t) => {
  const cases: [string, string][] = [
    ['A=secret #1', '.env, line 1: A holds a #: put the value in quotes, or the comment on a line of its own'],
    ['A=1\nB=#', '.env, line 2: B holds a #'],
    ['A=1\n\nnonsense', '.env, line 3: is not NAME=value'],
    ['A-B=1', '.env, line 1: is not NAME=value'],
    ['A="open', '.env, line 1: the quotes of A are not closed, or something follows them'],
    ["A='x' y", '.env, line 1: the quotes of A are not closed, or something follows them'],
    ['A=1\nA=2', '.env, line 2: A is set a second time'],
    ['A="1\n2"\nB', '.env, line 3: is not NAME=value'],
  ]
  for (const [text, problem] of cases) {
    const { problems } = parsed(text)
    t.equal(problems.length, 1, JSON.stringify(text))
    t.match(problems[0], problem)
    t.notMatch(problems[0], 'secret', 'no value is shown')
  }
})

t.test(
  'readEnvFile takes no file for no variables, and everything else that it can not read for an error',
  async (t) => {
    const folder = t.testdir()
    const path = join(folder, '.env')
    t.same(readEnvFile(path), { variables: {}, problems: [] })
    writeFileSync(path, '\uFEFFA=1')
    t.same(readEnvFile(path), { variables: { A: '1' }, problems: [] })
    writeFileSync(path, Buffer.from('A=1', 'utf16le'))
    t.match(readEnvFile(path).problems, [/is not NAME=value/])
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x41, 0x00]))
    t.match(readEnvFile(path).problems, [`the settings can't be read: ${path}: it is not UTF-8 text`])
    mkdirSync(join(folder, 'folder'))
    t.match(readEnvFile(join(folder, 'folder')).problems, [/^the settings can't be read: .*folder: it is a folder$/])
    if (process.getuid?.() !== 0) {
      chmodSync(path, 0o000)
      t.match(readEnvFile(path).problems, [/this user may not read it$/])
    }
  },
)
