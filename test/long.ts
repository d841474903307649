/**
 * npm run check:long [-- name ...]: what takes hours and is no part of npm test, one after the other, and at the end what
 * each found. Runs on when one has failed; exit 1 then. Their output is kept in .soapstone/long.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { filesOf } from './helpers/files.ts'

interface Check {
  /** For the one who waits. */
  what: string
  run: string[]
  env?: Record<string, string>
}

const LONG = { LONG: 'yes' }
const tap = ['node_modules/.bin/tap', '--reporter=tap', '--jobs=1', '--timeout=1200']

const CHECKS: Record<string, Check> = {
  crash: {
    what: 'every moment at which a process is killed or frozen',
    run: [...tap, ...filesOf(['crash/*.test.ts'])],
    env: LONG,
  },
  model: {
    what: 'both models, 1,000 runs each',
    run: [...tap, ...filesOf(['model/*.test.ts'])],
    env: { MODEL_RUNS: '1000', MODEL_SECONDS: '1000' },
  },
  fuzz: { what: 'ten minutes of broken messages', run: ['test/fuzz.ts', '--minutes', '10'] },
  bench: { what: 'every bench, as little as shows that it runs', run: [...tap, 'test/bench/bench.long.ts'] },
  outage: { what: '3,000 orders wait for WHMCS', run: [...tap, 'test/outage/outage.long.ts'] },
  install: { what: 'the install with npm 10, 11 and 12', run: ['test/install/main.ts'] },
  package: { what: "Salesforce's own tools on its package", run: ['test/salesforce-package/check.ts'] },
  mutation: { what: 'every protection taken away', run: ['test/mutation.ts'] },
  mutants: { what: '160 random mutants', run: ['test/mutation.ts', '--random', '160'] },
  chaos: { what: '400 rounds of chaos, about an hour', run: ['test/chaos/main.ts', '--rounds', '400'] },
}

const root = new URL('../', import.meta.url)
const folder = fileURLToPath(new URL('.soapstone/long/', root))

async function run(name: string, { what, run: args, env }: Check): Promise<string> {
  process.stdout.write(`${name}: ${what}\n`)
  const begun = performance.now()
  const file = `${folder}${name}.log`
  const log = createWriteStream(file)
  await once(log, 'open')
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(root),
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  })
  const [code] = await once(child, 'close')
  log.close()
  if (code !== 0) process.exitCode = 1
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
  return `${code === 0 ? 'well  ' : 'FAILED'}  ${name.padEnd(9)} ${minutes.padStart(5)} min  ${found(file)}`
}

/** The line in which it says what it found: the last one that is more than a time. */
function found(file: string): string {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.findLast((line) => line.trim() !== '' && !line.startsWith('# time=')) ?? 'it said nothing'
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in CHECKS))
if (unknown.length > 0) throw new Error(`no check ${unknown.join(', ')}; there are ${Object.keys(CHECKS).join(', ')}`)

mkdirSync(folder, { recursive: true })
const verdicts: string[] = []
for (const [name, check] of Object.entries(CHECKS)) {
  if (wanted.length === 0 || wanted.includes(name)) verdicts.push(await run(name, check))
}
process.stdout.write(`\n${verdicts.join('\n')}\n`)
