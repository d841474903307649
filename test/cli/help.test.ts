import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { closedUrl } from '../helpers/http-server.ts'

const VERBS = [
  'serve',
  'migrate',
  'status',
  'list',
  'show',
  'replay',
  'resolve',
  'sweep',
  'config',
  'contract',
  'send',
  'package',
  'token',
  'link',
]

t.test('soapstone --help names every verb, and each has its own help', async (t) => {
  const { code, out } = await soapstone(['--help'])
  t.equal(code, 0)
  for (const verb of VERBS) t.match(out, new RegExp(`^  ${verb} `, 'm'))
  for (const verb of VERBS) {
    const help = await soapstone([verb, '--help'])
    t.match(help, { code: 0, out: new RegExp(`^Usage: soapstone ${verb}\\b`), err: '' }, verb)
  }
})

t.test('soapstone says what it does not understand', async (t) => {
  const cases: [string[], RegExp][] = [
    [['nonsense'], /unknown command 'nonsense'/],
    [['list', '--nonsense'], /unknown option '--nonsense'/],
    [['list', '--record', 'nonsense'], /^soapstone: record: 'nonsense' is not an id of 15 or 18 characters\n$/],
    [['list', '--record', '801Ss000003aBcDIA'], /^soapstone: record: .* is not an id/],
    [['list', '--since', 'soon'], /^soapstone: since: 'soon' is not a time such as .*\n$/],
    [['list', '--code', "x' or true"], /^soapstone: code: .* is not an error code/],
    [['resolve', 'x', '--reason', 'y'], /^soapstone: say either --whmcs-order <id> or --not-created\n$/],
    [['resolve', 'x', '--reason', 'y', '--not-created', '--whmcs-order', '1'], /^soapstone: say either/],
    [['resolve', 'x', '--reason', 'y', '--whmcs-order', '12a'], /^soapstone: '12a' is not the id of a WHMCS order/],
    [['list', '--state', 'lost'], /Allowed choices are pending, working/],
    [['list', '--limit', '0'], /1 to 10000/],
    [['token', 'create', '--name', 'x', '--scope', 'all'], /Allowed choices are read, operate, admin, status/],
    [['token', 'create', '--scope', 'read'], /required option '--name <name>' not specified/],
    [['link', '801000000000001AAA', '--expires', 'soon'], /^soapstone: --expires 'soon' is not a duration/],
    [['show'], /missing required argument 'id'/],
    [['replay', '04lSs00000Aa01xIAB'], /required option '--reason <text>' not specified/],
  ]
  for (const [args, text] of cases) {
    const { code, err } = await soapstone(args)
    t.equal(code, 2, args.join(' '))
    t.match(err, text)
  }
  t.match(await soapstone(['--version']), { code: 0, out: /^\d+\.\d+\.\d+\n$/ })
})

t.test('every verb that needs the ledger says in one sentence that it is away', async (t) => {
  const port = new URL(await closedUrl()).port
  const cases: [string[], string][] = [
    [['migrate'], '127.0.0.1'],
    [['status'], '127.0.0.1'],
    [['replay', 'x', '--reason', 'y'], 'localhost'],
  ]
  for (const [verb, host] of cases) {
    const { code, out, err } = await soapstone(verb, { DATABASE_URL: `postgres://${host}:${port}/x` })
    t.same({ code, out }, { code: 1, out: '' })
    t.match(err, /^soapstone: the ledger can't be reached: .*ECONNREFUSED.*\n$/, `${verb[0]} at ${host}`)
  }
})

t.test('every verb says which settings are wrong before it does anything', async (t) => {
  const wrong = { DATABASE_URL: 'mysql://x', SALESFORCE_ORG_ID: 'y' }
  const { code, err } = await soapstone(['status'], wrong)
  t.equal(code, 1)
  t.match(
    err,
    /^soapstone: the settings have problems:\n {2}- DATABASE_URL is not .*\n {2}- SALESFORCE_ORG_ID is not .*\n$/,
  )
  const serve = await soapstone(['serve'], wrong)
  t.equal(serve.code, 1)
  t.match(serve.err, /- WHMCS_SECRET is required: /)
})

t.test('npm start and npm run soapstone give Node flags that it knows', async (t) => {
  const project = fileURLToPath(new URL('../../', import.meta.url))
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(`${project}package.json`, 'utf8'))
  for (const name of ['start', 'soapstone']) {
    const [node, ...args] = scripts[name]?.split(' ') ?? []
    t.equal(node, 'node')
    const { stdout } = await promisify(execFile)(process.execPath, [...args, '--help'], { cwd: project })
    t.match(stdout, /^Usage: soapstone/)
  }
})
