/** audit, export, top and completion, as processes. */
import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { COMPILED } from '../helpers/compiled.ts'
import { createBench, pass } from '../helpers/ledger.ts'
import { notification } from '../helpers/messages.ts'

const bench = await createBench(t)
const one = notification()
await bench.recordEach([one])
await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
const set = { DATABASE_URL: bench.url }
const run = (...args: string[]) => soapstone(args, set)
const ESCAPE = '\u001b'
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

t.test('audit shows who did what, by filters', async (t) => {
  t.match(await run('audit'), { code: 0, out: 'none\n' })
  await run('dismiss', one.notificationId, '--reason', 'the customer has\n\u001b[31mcancelled')
  const { out } = await run('audit')
  t.match(out, /^WHEN +ACT +WHO +LOGIN +VIA +NOTIFICATION +RECORD +WHY\n/)
  t.match(
    out,
    new RegExp(
      `dismiss +\\S+ +soapstone +cli +${one.notificationId} +${one.recordId} +the customer has \\[31mcancelled`,
    ),
  )
  t.match(JSON.parse((await run('audit', '--act', 'dismiss', '--json')).out), [
    { act: 'dismiss', reason: /cancelled/, tokenId: null },
  ])
  t.match(await run('audit', '--act', 'replay'), { out: 'none\n' })
  t.match(await run('audit', '--limit', '0'), { code: 2 })
})

t.test('export writes CSV and NDJSON of what fits', async (t) => {
  const csv = await run('export', '--state', 'dismissed')
  t.match(csv, { code: 0, err: '' })
  t.match(csv.out, new RegExp(`^\ufefforganizationId,.*\r\n00D\\w+,${one.notificationId},`))
  const lines = (await run('export', '--format', 'ndjson', '--state', 'dead')).out.trimEnd().split('\n')
  t.same(JSON.parse(lines.at(-1) ?? ''), { end: true, rows: 0 })
  t.match(await run('export', '--format', 'xml'), { code: 2 })
})

t.test('top --once is text for pipes, without escapes', async (t) => {
  for (const args of [['top', '--once'], ['top']]) {
    const { code, out } = await run(...args)
    t.equal(code, 0)
    t.match(out, /^soapstone {2}\d{4}-\d\d-\d\d .* ready /)
    t.match(out, /^received +\d+ /m)
    t.match(out, /^95 % of 0 messages Acked within -, 95 % of orders provisioned within -$/m)
    t.notOk(out.includes(ESCAPE))
  }
})

t.test('top --json is one look, for programs', async (t) => {
  const { code, out } = await run('top', '--json')
  t.equal(code, 0)
  t.match(JSON.parse(out), {
    status: { ready: true },
    failures: Array,
    minutes: [{ received: Number }],
    latency: { ack: { messages: 0, p95Seconds: null } },
  })
})

t.test('top on a terminal leaves it as it was, whatever ends it', { skip: !(await hasScript()) }, async (t) => {
  for (const [name, end] of Object.entries({ q: 'q', 'Ctrl-C': '\u0003' })) {
    const { out, code } = await onTerminal(['top', '--every', '3600'], (child) => child.stdin.write(end))
    t.equal(code, 0, name)
    t.ok(out.includes(`${ESCAPE}[?1049h${ESCAPE}[?25l`), `${name}: the alternate screen, without cursor`)
    t.ok(out.trimEnd().replace(/q$/, '').endsWith(`${ESCAPE}[?25h${ESCAPE}[?1049l`), `${name}: and back`)
  }
})

t.test('tables have colours on a terminal, and none with NO_COLOR', { skip: !(await hasScript()) }, async (t) => {
  t.ok((await onTerminal(['list'])).out.includes(`${ESCAPE}[1mSTATE`))
  t.notOk((await onTerminal(['list'], undefined, { NO_COLOR: '1' })).out.includes(ESCAPE))
})

t.test('completion knows each verb and option, in a script that the shell takes', async (t) => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await run('completion', shell)
    t.equal(code, 0)
    for (const word of [
      'replay',
      'dismiss',
      'export',
      'token',
      'create',
      '--whmcs-order'.slice(shell === 'fish' ? 2 : 0),
      'superseded',
    ])
      t.ok(out.includes(word), `${shell}: ${word}`)
  }
  t.match(await run('completion', 'tcsh'), { code: 2 })
  const { out: script } = await run('completion', 'bash')
  const complete = (...words: string[]) =>
    bash(
      `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _soapstone; echo "\${COMPREPLY[*]}"`,
    )
  t.equal(await complete('soapstone', 'dis'), 'dismiss')
  t.match(await complete('soapstone', 'list', '--state', ''), /^pending working completed dead/)
  t.equal(await complete('soapstone', 'list', '--st'), '--state --step')
  t.match(await complete('soapstone', 'token', ''), /create/)
  t.equal(await complete('soapstone', 'completion', 'f'), 'fish')
})

function bash(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('bash', ['-c', script], (error, out) => (error ? reject(error) : resolve(out.trim())))
  })
}

function hasScript(): Promise<boolean> {
  return bash('command -v script').then(
    () => true,
    () => false,
  )
}

/** On a terminal of its own, as `script` makes one. `once`: when the first picture is there. */
function onTerminal(
  args: string[],
  once?: (child: ReturnType<typeof spawn> & { stdin: NodeJS.WritableStream }) => void,
  more = {},
) {
  const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ')
  const env = { PATH: process.env.PATH, TERM: 'xterm', ...COMPILED, ...set, ...more }
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  return new Promise<{ out: string; code: number | null }>((resolve) => {
    let out = ''
    let told = false
    child.stdout.on('data', (bytes) => {
      out += String(bytes)
      if (!told && out.includes('soapstone  ')) {
        told = true
        once?.(child)
      }
    })
    child.on('close', (code) => resolve({ out, code }))
    t.teardown(() => child.kill('SIGKILL'))
  })
}
