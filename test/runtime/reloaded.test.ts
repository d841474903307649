import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { reloaded } from '../../src/runtime/reloaded.ts'

/** Two files whose texts are joined; `broken` in one of them is of no use. */
async function build(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'soapstone-reloaded-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const paths = [join(folder, 'a'), join(folder, 'b')]
  const [a = '', b = ''] = paths
  await writeFile(a, 'one')
  await writeFile(b, 'two')
  const changed: string[] = []
  const kept: string[] = []
  const make = (texts: string[]) => {
    if (texts.includes('broken')) throw new Error('is broken')
    return texts.join(' ')
  }
  const open = () =>
    reloaded({
      paths,
      make,
      onChanged: (value) => changed.push(value),
      onKept: (error) => kept.push(error instanceof Error ? error.message : String(error)),
    })
  return { a, b, changed, kept, open }
}

t.test('reloaded makes it anew when a change was found twice', async (t) => {
  const { a, b, changed, kept, open } = await build(t)
  const value = await open()
  t.equal(value.current, 'one two')
  await value.check()
  await writeFile(a, 'half')
  await value.check()
  t.equal(value.current, 'one two', 'it may be half of what is to come')
  await writeFile(a, 'three')
  await value.check()
  t.equal(value.current, 'one two')
  await value.check()
  t.equal(value.current, 'three two')
  await writeFile(b, 'four')
  await value.check()
  await value.check()
  await value.check()
  t.equal(value.current, 'three four')
  t.same(changed, ['three two', 'three four'], 'once for each change')
  t.same(kept, [])
})

t.test('reloaded keeps what it has when a file is broken or gone, and says so once', async (t) => {
  const { a, changed, kept, open } = await build(t)
  const value = await open()
  await writeFile(a, 'broken')
  for (let i = 0; i < 4; i++) await value.check()
  t.equal(value.current, 'one two')
  t.same(kept, ['is broken'])
  await rm(a)
  for (let i = 0; i < 4; i++) await value.check()
  t.equal(value.current, 'one two')
  t.match(kept, ['is broken', /^ENOENT/])
  await writeFile(a, 'new')
  await value.check()
  await value.check()
  t.equal(value.current, 'new two')
  t.same(changed, ['new two'])
})

t.test('reloaded rejects when the files are of no use at the beginning', async (t) => {
  const { a, open } = await build(t)
  await writeFile(a, 'broken')
  await t.rejects(open(), { message: 'is broken' })
  await rm(a)
  await t.rejects(open(), { code: 'ENOENT' })
})
