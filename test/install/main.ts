/**
 * npm run check:install: what README promises to someone who has just come, with npm 10, 11 and 12 on an old Node. Needs
 * the registry and takes minutes, so it is no part of npm test. It sees what is committed.
 */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { NODE_PACKAGE } from '../../src/cli/newer-node.ts'
import { createRun } from './run.ts'
import { steps } from './steps.ts'

const OLD_NODE = '20'

const { values } = parseArgs({ options: { npm: { type: 'string', multiple: true, default: ['10', '11', '12'] } } })
const repository = fileURLToPath(new URL('../..', import.meta.url))
const print = (line: string) => void process.stdout.write(`${line}\n`)
const folder = await mkdtemp(join(tmpdir(), 'soapstone-install-'))
// The embedded Postgres is another user, when root starts it.
await chmod(folder, 0o755)

try {
  for (const version of values.npm) await check(version)
} finally {
  await rm(folder, { recursive: true })
}

async function check(version: string): Promise<void> {
  const tools = join(folder, `tools-${version}`)
  const place = join(folder, `npm-${version}`)
  for (const path of [tools, place]) await mkdir(path)
  const today = createRun([dirname(process.execPath)])
  const installed = await today(tools, 'npm', 'install', `npm@${version}`, `${NODE_PACKAGE}@${OLD_NODE}`)
  if (installed.code !== 0) throw new Error(installed.err)
  const run = createRun([join(tools, 'node_modules/.bin')])
  const said = async (command: string) => (await run(place, command, '--version')).out.trim()
  const [npm, node] = [await said('npm'), await said('node')]
  print(`npm ${npm} on Node ${node}`)
  for await (const { name, problem, seconds } of steps({ run, repository, folder: place })) {
    const verdict = problem === undefined ? 'ok    ' : 'FAILED'
    print(`  ${verdict} ${seconds.toFixed(1).padStart(5)} s  ${name.replaceAll(folder, '…')}`)
    if (problem === undefined) continue
    print(problem.replace(/^/gm, '    '))
    process.exitCode = 1
    return
  }
}
