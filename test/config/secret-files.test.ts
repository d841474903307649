/** Secrets in files: every setting that is a secret may name one. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/config/read.ts'
import { readLedgerConfig } from '../../src/config/read-parts.ts'
import { SETTINGS } from '../../src/config/settings.ts'

const REQUIRED = {
  DATABASE_URL: 'postgres://ledger.example/soapstone',
  SALESFORCE_ORG_ID: '00DSs000000SOAP',
  SALESFORCE_INSTANCE_URL: 'https://soapstone.my.salesforce.com/',
  SALESFORCE_CLIENT_ID: 'id',
  SALESFORCE_CLIENT_SECRET: 'oauth-secret',
  WHMCS_URL: 'https://billing.example.com/whmcs/',
  WHMCS_IDENTIFIER: 'identifier',
  WHMCS_SECRET: 'whmcs-secret',
}

/** What goes together with the secret. */
const OIDC = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'x', OIDC_SCOPES: 'support=read' }

/** Writes files that nobody else may read, into a folder of this test. */
function files(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'soapstone-secrets-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return (name: string, content: string | Buffer, mode = 0o600): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    chmodSync(path, mode)
    return path
  }
}

/** The settings, this one replaced by a file. */
function withFile(name: keyof typeof REQUIRED, path: string): Record<string, string> {
  const { [name]: _, ...rest } = REQUIRED
  return { ...rest, [`${name}_FILE`]: path }
}

t.test('readConfig takes every secret from a file, and shows the file and never what it says', async (t) => {
  const file = files(t)
  const key = Buffer.alloc(32, 'hidden').toString('base64')
  const values: Record<string, string> = {
    DATABASE_URL: 'postgres://user:hidden@host/db',
    SESSION_KEY: key,
    ALERT_WEBHOOK: 'https://hooks.example.com/hidden',
    SECURITY_ALERT_WEBHOOK: 'https://hooks.example.com/hidden',
    ALERT_WEBHOOK_SECRET: `whsec_${key}`,
  }
  const secrets = Object.entries(SETTINGS).filter(([, setting]) => 'secret' in setting)
  t.ok(secrets.length >= 6)
  for (const [name] of secrets) {
    const value = values[name] ?? 'hidden-hidden-hidden'
    const path = file(name, `${value}\n`)
    const { [name]: _, ...rest }: Record<string, string> = { ...REQUIRED, ...(name.startsWith('OIDC_') && OIDC) }
    const read = readConfig({ ...rest, [`${name}_FILE`]: path })
    t.same(read.problems, [], name)
    t.match(
      read.shown.find((one) => one.name === name),
      { source: `${name}_FILE (${path})`, value: name === 'DATABASE_URL' ? 'postgres://user:***@host/db' : '(set)' },
    )
    const { config, ...told } = read
    t.notMatch(JSON.stringify(told), /hidden/)
    t.notMatch(JSON.stringify(told), key)
  }
})

t.test('readConfig takes the line end at the end of a file away, and nothing else', async (t) => {
  const file = files(t)
  for (const [content, value] of [
    ['a secret\n', 'a secret'],
    ['a secret\r\n', 'a secret'],
    ['a secret', 'a secret'],
    [' a secret \n', ' a secret '],
    ['\uFEFFa secret', 'a secret'],
    ['gehëim#1\n', 'gehëim#1'],
  ] as const) {
    const { config } = readConfig(withFile('WHMCS_SECRET', file('secret', content)))
    t.equal(config?.WHMCS_SECRET, value, JSON.stringify(content))
  }
})

t.test('readConfig says which file is of no use, and why, and asks for nothing else', async (t) => {
  const file = files(t)
  const folder = file('x', '').replace(/x$/, 'folder')
  mkdirSync(folder)
  const wrong: [string, string][] = [
    ['/no/such/file', "can't be read: /no/such/file: there is none"],
    [file('empty', ''), 'is empty'],
    [file('lines', '\n\n'), 'is empty'],
    [file('blank', ' \n'), 'is empty'],
    [file('latin', Buffer.from([0x67, 0xeb, 0x69])), 'is not UTF-8 text'],
    [file('large', 'x'.repeat(70_000)), 'is larger than 64 KiB'],
    [folder, 'is not a file'],
    ['/dev/zero', 'is not a file'],
  ]
  for (const [path, why] of wrong) {
    const { problems, config } = readConfig(withFile('WHMCS_SECRET', path))
    t.equal(config, undefined)
    t.equal(problems.length, 1)
    t.match(problems[0], new RegExp(`^WHMCS_SECRET_FILE .*${path}.*`))
    t.match(problems[0], why)
  }
  const { problems } = readConfig(withFile('DATABASE_URL', file('url', 'mysql://user:hidden@host/db\n')))
  t.match(problems, [/^DATABASE_URL /], 'what a file says is checked like anything else')
  t.notMatch(problems.join(''), 'hidden')
})

t.test('readConfig does not choose between a secret and a file with it', async (t) => {
  const path = files(t)('secret', 'other')
  const expected = ['WHMCS_SECRET and WHMCS_SECRET_FILE are both set: keep one of them']
  t.same(readConfig({ ...REQUIRED, WHMCS_SECRET_FILE: path }).problems, expected)
  t.same(readConfig(REQUIRED, { WHMCS_SECRET_FILE: path }).problems, expected, 'one of them in .env')
  t.same(readConfig({ ...REQUIRED, WHMCS_SECRET_FILE: '' }).problems, [], 'an empty one is unset')
  const { config } = readConfig({ ...REQUIRED, WHMCS_SECRET: '' }, { WHMCS_SECRET_FILE: path })
  t.equal(config?.WHMCS_SECRET, 'other')
})

t.test('readConfig warns of a file that others may read or change', async (t) => {
  const file = files(t)
  const warnings = (mode: number) => readConfig(withFile('WHMCS_SECRET', file('secret', 'x', mode))).warnings
  for (const mode of [0o600, 0o400, 0o640, 0o440]) t.same(warnings(mode), [], mode.toString(8))
  for (const mode of [0o644, 0o604, 0o620, 0o602, 0o444]) {
    t.match(warnings(mode), [/^WHMCS_SECRET_FILE \(.*secret\) may be read or changed by others/], mode.toString(8))
  }
})

t.test('readConfig knows no file of what is no secret, and helps with names that are nearly right', async (t) => {
  const path = files(t)('port', '80')
  t.match(readConfig({ ...REQUIRED, WHMCS_IDENTIFIER_FILE: path }).problems, [
    /^WHMCS_IDENTIFIER_FILE in the environment is not a setting/,
  ])
  t.match(readConfig({ ...REQUIRED, WHMCS_SECRT_FILE: path }).problems, [/did you mean WHMCS_SECRET_FILE\?/])
})

t.test('readLedgerConfig takes the URL from a file too', async (t) => {
  const url = 'postgres://user:hidden@host/db'
  const path = files(t)('url', `${url}\n`, 0o644)
  t.match(readLedgerConfig({}, { DATABASE_URL_FILE: path }), {
    ledger: { url, warnings: [/^DATABASE_URL_FILE .* by others/] },
    problems: [],
  })
  t.match(readLedgerConfig({ DATABSE_URL_FILE: path }).problems, [
    /^DATABASE_URL is required/,
    /did you mean DATABASE_URL_FILE\?/,
  ])
})
