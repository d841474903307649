import t from 'tap'
import { DEFAULT_MAPPING } from '../../src/config/mapping/read.ts'
import { organizationsOf } from '../../src/config/organizations.ts'
import { readConfig } from '../../src/config/read.ts'

const SETTINGS = {
  DATABASE_URL: 'postgres://127.0.0.1/soapstone',
  SALESFORCE_ORG_ID: '00DSs000000SOAP',
  SALESFORCE_INSTANCE_URL: 'https://acme.my.salesforce.com',
  SALESFORCE_CLIENT_ID: 'client',
  SALESFORCE_CLIENT_SECRET: 'client secret',
  WHMCS_URL: 'https://billing.example.com',
  WHMCS_IDENTIFIER: 'identifier',
  WHMCS_SECRET: 'api secret',
}

function organizationOf(more: Record<string, string> = {}) {
  const { config, problems } = readConfig({ ...SETTINGS, ...more })
  if (!config) throw new Error(problems.join('\n'))
  const [organization, ...others] = organizationsOf(config)
  if (others.length > 0) throw new Error('more than one')
  return organization
}

t.test('organizationsOf makes one of the settings', async (t) => {
  const oauth = { flow: 'client-credentials', clientId: 'client', clientSecret: 'client secret' }
  t.same(organizationOf(), {
    id: '00DSs000000SOAPMA4',
    name: 'acme',
    salesforce: { instanceUrl: 'https://acme.my.salesforce.com', apiVersion: '67.0' },
    whmcs: {
      url: 'https://billing.example.com',
      paymentMethod: 'mailin',
      invoices: 'none',
      mails: 'none',
      modules: 'run',
      marker: 'notes',
      settleSeconds: 300,
    },
    rules: DEFAULT_MAPPING,
    secrets: { salesforce: oauth, whmcs: { identifier: 'identifier', secret: 'api secret' }, quickAction: [] },
  })
})

t.test('organizationsOf keeps every secret in its one place', async (t) => {
  const organization = organizationOf({ WHMCS_ACCESS_KEY: 'access key' })
  t.equal(organization?.secrets.whmcs.accessKey, 'access key')
  t.notMatch(JSON.stringify({ ...organization, secrets: undefined }), /secret|identifier|access key/)
})

t.test('organizationsOf names an organisation as people do', async (t) => {
  const named = (SALESFORCE_INSTANCE_URL: string) => organizationOf({ SALESFORCE_INSTANCE_URL })?.name
  t.equal(named('https://acme--uat.sandbox.my.salesforce.com'), 'acme--uat.sandbox')
  t.equal(named('http://127.0.0.1:4000'), '127.0.0.1')
})
