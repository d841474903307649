import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { organizationsOf } from '../../src/config/organizations.ts'
import { readConfig } from '../../src/config/read.ts'

const ACME = {
  name: 'acme',
  id: '00D5g000004AbCdEAK',
  instanceUrl: 'https://acme.my.salesforce.com',
  clientId: 'consumer',
  clientSecretEnv: 'ACME_CLIENT_SECRET',
  webhookSecretEnv: 'ACME_WEBHOOK_SECRET',
  whmcs: { url: 'https://billing.acme.example', identifierEnv: 'ACME_WHMCS_ID', secretEnv: 'ACME_WHMCS_SECRET' },
}
const BOLT = {
  ...ACME,
  name: 'bolt',
  id: '00D5g000004XyZzEAK',
  instanceUrl: 'https://bolt.my.salesforce.com',
  whmcs: { ...ACME.whmcs, url: 'https://bolt.example', paymentMethod: 'stripe' },
}
const VARIABLES = {
  DATABASE_URL: 'postgres://soapstone@127.0.0.1/soapstone',
  ACME_CLIENT_SECRET: 'one-secret',
  ACME_WEBHOOK_SECRET: 'a'.repeat(64),
  ACME_WHMCS_ID: 'identifier',
  ACME_WHMCS_SECRET: 'another-secret',
}

function read(organizations: unknown, more: Record<string, string | undefined> = {}) {
  const path = join(mkdtempSync(join(tmpdir(), 'organizations-')), 'organizations.json')
  writeFileSync(path, typeof organizations === 'string' ? organizations : JSON.stringify({ organizations }))
  const given = Object.entries({ ...VARIABLES, ORGANIZATIONS_FILE: path, ...more })
  return readConfig(Object.fromEntries(given.filter(([, value]) => value !== undefined)))
}

t.test('each entry is an organisation of its own, with what is said for all', async (t) => {
  const { config, problems } = read([ACME, BOLT], { WHMCS_PAYMENT_METHOD: 'paypal' })
  t.same(problems, [])
  if (config === undefined) return
  t.match(organizationsOf(config), [
    {
      name: 'acme',
      id: ACME.id,
      salesforce: { instanceUrl: 'https://acme.my.salesforce.com' },
      whmcs: { url: 'https://billing.acme.example', paymentMethod: 'paypal' },
      secrets: {
        salesforce: { flow: 'client-credentials', clientSecret: 'one-secret' },
        whmcs: { identifier: 'identifier', secret: 'another-secret' },
        quickAction: ['a'.repeat(64)],
      },
    },
    { name: 'bolt', id: BOLT.id, whmcs: { url: 'https://bolt.example', paymentMethod: 'stripe' } },
  ])
})

t.test('an organisation without a name is called by its instance', async (t) => {
  const { name: _, ...nameless } = ACME
  const { config } = read([nameless])
  t.match(config && organizationsOf(config), [{ name: 'acme' }])
})

t.test('what is wrong is said by the keys of the file', async (t) => {
  const { id: _, ...without } = BOLT
  const cases: [unknown, RegExp][] = [
    ['{', /^ORGANIZATIONS_FILE \(.*\) is no JSON: /],
    ['[]', /has no list "organizations"/],
    [[], /has no list "organizations"/],
    [[ACME, 7], /organizations\[1\] is not an object/],
    [[ACME, without], /^ORGANIZATIONS_FILE bolt: id is required/],
    [[ACME, { ...BOLT, id: 'x' }], /^ORGANIZATIONS_FILE bolt: id /],
    [[ACME, { ...BOLT, instanceUrl: 'https://acme.lightning.force.com' }], /^ORGANIZATIONS_FILE bolt: instanceUrl /],
    [
      [ACME, { ...BOLT, clientSecret: 'x' }],
      /organizations\[1\]\.clientSecret is not a key: a secret is not written here: use clientSecretEnv/,
    ],
    [[ACME, { ...BOLT, instaceUrl: 'x' }], /organizations\[1\]\.instaceUrl is not a key: there are name, id/],
    [[ACME, { ...BOLT, clientSecretEnv: 'NOBODY' }], /clientSecretEnv names the variable NOBODY, which is not set/],
    [[ACME, { ...BOLT, whmcs: 'x' }], /organizations\[1\]\.whmcs is not a key/],
    [[ACME, { ...BOLT, name: 'a b' }], /organizations\[1\]\.name is not a name/],
    [[ACME, { ...BOLT, id: ACME.id.slice(0, 15) }], /has 00D5g000004AbCd twice/],
    [[ACME, { ...BOLT, name: 'acme' }], /has acme twice/],
    [[ACME, { ...BOLT, whmcs: { ...BOLT.whmcs, invoices: 'maybe' } }], /^ORGANIZATIONS_FILE bolt: whmcs\.invoices /],
  ]
  for (const [organizations, problem] of cases) {
    const { config, problems } = read(organizations)
    t.equal(config, undefined, String(problem))
    t.ok(
      problems.some((one) => problem.test(one)),
      `${problem}: ${problems.join(' | ')}`,
    )
    t.notMatch(problems.join(), /one-secret|another-secret/)
  }
})

t.test('a problem of a setting that all share is said once', async (t) => {
  const { problems } = read([ACME, BOLT], { PORT: 'x' })
  t.equal(problems.filter((one) => one.startsWith('PORT ')).length, 1)
})

t.test('settings that describe one organisation do not go with the file', async (t) => {
  const { problems } = read([ACME], { SALESFORCE_ORG_ID: ACME.id })
  t.match(problems, [/^SALESFORCE_ORG_ID describes one organisation: with ORGANIZATIONS_FILE say it there/])
})

t.test('a variable that holds a secret of an organisation is no misspelt setting', async (t) => {
  const { problems } = read([{ ...ACME, clientSecretEnv: 'SALESFORCE_SECRET_ACME' }], {
    SALESFORCE_SECRET_ACME: 'x',
    ACME_CLIENT_SECRET: undefined,
  })
  t.same(problems, [])
})
