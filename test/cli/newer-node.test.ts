import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { explainNode, findNode, isNewEnough, NODE_PACKAGE } from '../../src/cli/newer-node.ts'

const source = fileURLToPath(new URL('../../src/cli/newer-node.ts', import.meta.url))

async function createFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'soapstone-node-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

/** A package of Node in that folder; without `program`, as where its install script did not run. */
async function install(
  folder: string,
  { name = NODE_PACKAGE ?? 'node', version = '24.1.0', program = true } = {},
): Promise<string> {
  const root = join(folder, 'node_modules', name)
  const path = join(root, 'bin/node')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(join(root, 'package.json'), JSON.stringify({ name, version }))
  if (program) await symlink(process.execPath, path)
  return path
}

t.test('isNewEnough draws the line at 22.15', async (t) => {
  for (const version of ['22.15.0', '22.16.1', '23.0.0', '24.21.0', '26.0.0']) t.ok(isNewEnough(version), version)
  for (const version of ['12.22.12', '20.20.2', '21.99.0', '22.14.9']) t.notOk(isNewEnough(version), version)
})

t.test('findNode finds a Node beside the command, then one beside the current folder', async (t) => {
  const [command, current] = [await createFolder(t), await createFolder(t)]
  const folders = [join(command, 'node_modules/soapstone/.build/cli'), current]
  t.equal(findNode(folders), undefined, 'none is installed')
  const second = await install(current, { name: 'node' })
  t.equal(findNode(folders), second)
  const first = await install(command)
  t.equal(findNode(folders), first)
})

t.test('findNode passes over a Node that is old, and one whose install script did not run', async (t) => {
  const folder = await createFolder(t)
  await install(folder, { name: 'node', program: false })
  t.equal(findNode([folder]), undefined)
  const old = await install(folder, { version: '20.20.2' })
  t.equal(findNode([folder]), undefined)
  await rm(dirname(dirname(old)), { recursive: true })
  const unreadable = await install(folder, { program: false })
  await writeFile(unreadable, '')
  await chmod(unreadable, 0o644)
  t.equal(findNode([folder]), undefined, 'a program must be executable')
})

t.test('explainNode says in one sentence what is needed and what installs it', async (t) => {
  const needed = 'soapstone needs Node 22.15 or newer and this is 20.20.2: update it'
  t.equal(explainNode('20.20.2'), `${needed}, or put one beside it with npm install ${NODE_PACKAGE}@24`)
})

interface Outer {
  args?: string[]
  /** Code of the outer process. */
  before?: string
}

/** A process that runs this code on the same Node by runOn. */
async function startOuter(t: Test, code: string, { args = [], before = '' }: Outer = {}) {
  const folder = await createFolder(t)
  const inner = join(folder, 'inner.mjs')
  await writeFile(inner, code)
  const outer = join(folder, 'outer.mjs')
  await writeFile(
    outer,
    `import { runOn } from ${JSON.stringify(source)}
    ${before}
    runOn(process.argv[2], process.argv.slice(3))`,
  )
  // Without what tap adds to a Node that it starts: listeners for signals.
  const child = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, outer, process.execPath, inner, ...args])
  t.teardown(() => child.kill('SIGKILL'))
  return { child, ended: once(child, 'exit').then(() => ({ code: child.exitCode, signal: child.signalCode })) }
}

t.test('runOn passes on arguments, input, output and the exit code', async (t) => {
  const code = `process.stdin.pipe(process.stdout)
    process.stderr.write(JSON.stringify(process.argv.slice(2)))
    process.exitCode = 7`
  const args = ['list', '--record', "it's one", '']
  const { child, ended } = await startOuter(t, code, { args })
  child.stdin.end('from stdin')
  const said = await Promise.all([text(child.stdout), text(child.stderr), ended])
  t.same(said, ['from stdin', JSON.stringify(args), { code: 7, signal: null }])
})

t.test('runOn passes on signals, and ends as the other process ends', async (t) => {
  const code = `for (const name of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
      process.once(name, () => console.log(name))
    }
    setInterval(() => {}, 1_000)
    console.log('ready')`
  const { child, ended } = await startOuter(t, code)
  const lines = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]()
  const line = async () => (await lines.next()).value
  t.equal(await line(), 'ready\n')
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) {
    child.kill(signal)
    t.equal(await line(), `${signal}\n`)
  }
  child.kill('SIGTERM')
  t.same(await ended, { code: null, signal: 'SIGTERM' })
})

t.test('runOn ends as a shell would after a signal, if something else listens for that', async (t) => {
  const before = "process.on('SIGTERM', () => {})"
  const { ended } = await startOuter(t, "process.kill(process.pid, 'SIGTERM')\nsetInterval(() => {}, 1_000)", {
    before,
  })
  t.same(await ended, { code: 143, signal: null })
})

t.test('runOn says when the program does not run', async (t) => {
  const folder = await createFolder(t)
  const outer = join(folder, 'outer.mjs')
  await writeFile(outer, `import { runOn } from ${JSON.stringify(source)}\nrunOn('${folder}/none', [])`)
  const child = spawn(process.execPath, [outer])
  const ended = once(child, 'exit')
  t.match(await text(child.stderr), /^soapstone: .*none does not run: .*ENOENT\n$/)
  t.same(await ended, [1, null])
})
