/** Where settings come from, and what may be shown of them. */
import t from 'tap'
import { readConfig } from '../../src/config/read.ts'
import { readLedgerConfig } from '../../src/config/read-parts.ts'
import { SETTINGS } from '../../src/config/settings.ts'

const REQUIRED = {
  DATABASE_URL: 'postgres://ledger.example/soapstone',
  SALESFORCE_ORG_ID: '00DSs000000SOAP',
  SALESFORCE_INSTANCE_URL: 'https://soapstone.my.salesforce.com/',
  WHMCS_URL: 'https://billing.example.com/whmcs/',
  WHMCS_IDENTIFIER: 'identifier',
  WHMCS_SECRET: 'whmcs-secret',
}
const OAUTH = { SALESFORCE_CLIENT_ID: 'id', SALESFORCE_CLIENT_SECRET: 'oauth-secret' }

t.test('readConfig prefers the environment to the file, and takes an empty variable for an unset one', async (t) => {
  const environment = { ...REQUIRED, ...OAUTH, PORT: '1', HOST: '' }
  const { shown } = readConfig(environment, { PORT: '2', HOST: '0.0.0.0', LEASE_SECONDS: '60' })
  const of = (name: string) => shown.find((one) => one.name === name)
  t.match(of('PORT'), { value: '1', source: 'environment' })
  t.match(of('HOST'), { value: '0.0.0.0', source: '.env' })
  t.match(of('LEASE_SECONDS'), { value: '60', source: '.env' })
  t.match(of('DRAIN_SECONDS'), { value: '30', source: 'default' })
  t.match(of('MAPPING_FILE'), { value: '', source: 'unset' })
  t.match(of('BODY_LIMIT'), { value: '32', allowed: '1 to 512' })
  t.equal(shown.length, Object.keys(SETTINGS).length)
})

t.test('readConfig shows no secret, whether the setting is right or wrong', async (t) => {
  const secrets = {
    SALESFORCE_CLIENT_SECRET: 'hidden-1',
    OUTBOUND_MESSAGE_KEY: 'hidden-2',
    WHMCS_SECRET: 'hidden-3',
    WHMCS_ACCESS_KEY: 'hidden-4',
    SESSION_KEY: 'hidden-5',
  }
  const urls = [
    'user:hidden@host/db',
    'user:hid@hidden/hidden@host/db',
    'host/db?user=me&password=hidden',
    ':hidden@host',
  ]
  for (const url of urls) {
    const read = readConfig({ ...REQUIRED, ...secrets, DATABASE_URL: `postgres://${url}` })
    t.notMatch(JSON.stringify(read), 'hidden', url)
  }
  const { shown } = readConfig({ DATABASE_URL: 'postgres://user:hidden@host:5432/db?sslmode=require' })
  t.match(shown[0], { value: 'postgres://user:***@host:5432/db?sslmode=require' })
  const odd = readConfig({ ...REQUIRED, DATABASE_URL: 'user:hidden@host', WHMCS_URL: 'https://u:hidden@whmcs.example' })
  t.notMatch(JSON.stringify(odd), 'hidden')
})

t.test('readLedgerConfig needs the URL alone, and minds only what concerns the ledger', async (t) => {
  const url = 'postgres://host/db'
  const webhooks = { WEBHOOK_ALLOW_PRIVATE: 'false', WEBHOOK_TIMEOUT: 10_000, proxies: {} }
  t.same(readLedgerConfig({ DATABASE_URL: url, PORT: 'x', WHMCS_ULR: 'x' }), {
    ledger: { url, folder: '.soapstone', organizationId: undefined, webhooks, warnings: [] },
    problems: [],
  })
  const set = { DATABASE_URL: 'embedded', DATA_FOLDER: 'here', SALESFORCE_ORG_ID: '00DSs000000SOAP', HOST: '0.0.0.0' }
  t.match(readLedgerConfig(set).ledger, {
    url: 'embedded',
    folder: 'here',
    organizationId: '00DSs000000SOAPMA4',
    warnings: [/^OUTBOUND_MESSAGE_KEY is unset/],
  })
  t.match(readLedgerConfig({ DATABASE_URL: 'x', SALESFORCE_ORG_ID: 'y' }).problems, [
    /^DATABASE_URL is not/,
    /^SALESFORCE_ORG_ID is not/,
  ])
  t.match(readLedgerConfig({ DATABSE_URL: url }), {
    ledger: undefined,
    problems: [
      /^DATABASE_URL is required/,
      /^DATABSE_URL in the environment is not a setting: did you mean DATABASE_URL\?/,
    ],
  })
})
