import t from 'tap'
import { soapstone } from '../helpers/cli.ts'

const GOOD = {
  SALESFORCE_ORG_ID: '00DSs000000SOAP',
  SALESFORCE_INSTANCE_URL: 'https://soapstone.my.salesforce.com',
  SALESFORCE_CLIENT_ID: 'id',
  SALESFORCE_CLIENT_SECRET: 'hidden-1',
  WHMCS_URL: 'https://billing.example.com',
  WHMCS_IDENTIFIER: 'identifier',
  WHMCS_SECRET: 'hidden-2',
  DATABASE_URL: 'postgres://soapstone:hidden-3@db/soapstone',
}

t.test('config shows every setting and where it comes from, and no secret', async (t) => {
  const { code, out } = await soapstone(['config'], GOOD)
  t.equal(code, 0)
  t.match(out, /^SETTING +VALUE +SOURCE +ALLOWED$/m)
  t.match(out, /^DATABASE_URL +postgres:\/\/soapstone:\*\*\*@db\/soapstone +environment$/m)
  t.match(out, /^WHMCS_SECRET +\(set\) +environment$/m)
  t.match(out, /^PORT +8080 +default +0 to 65535$/m)
  t.match(out, /no problems\n$/)
  t.notMatch(out, 'hidden')
})

t.test('config ends with 1 and names every problem', async (t) => {
  const { code, out } = await soapstone(['config'], { ...GOOD, PORT: 'x', WHMCS_URL: '', LEASE_SECONDS: '1' })
  t.equal(code, 1)
  t.match(out, /^problem: PORT is not a whole number/m)
  t.match(out, /^problem: WHMCS_URL is required/m)
  t.match(out, /^problem: LEASE_SECONDS is not a whole number/m)
})

t.test('config --json gives the same to a program', async (t) => {
  const { code, out } = await soapstone(['config', '--json'], { ...GOOD, PORT: 'x' })
  t.equal(code, 1)
  const { settings, problems, warnings } = JSON.parse(out)
  t.same(warnings, [])
  t.match(problems, [/^PORT is not/])
  t.match(settings[0], { name: 'DATABASE_URL', source: 'environment' })
  t.notMatch(out, 'hidden')
})

t.test('config warns of a public address without a key, and ends with 0', async (t) => {
  const { code, out } = await soapstone(['config'], { ...GOOD, HOST: '0.0.0.0' })
  t.equal(code, 0)
  t.match(out, /^warning: OUTBOUND_MESSAGE_KEY is unset, and the address is public/m)
  t.match(out, /no problems\n$/)
})

t.test('config and every other verb say what is wrong with .env', async (t) => {
  const folder = t.testdir({ '.env': 'WHMCS_SECRET=half # half\nWHMCS_IDENTIFER=x\n' })
  const config = await soapstone(['config'], GOOD, folder)
  t.equal(config.code, 1)
  t.match(config.out, /^problem: \.env, line 1: WHMCS_SECRET holds a #/m)
  t.match(config.out, /^problem: WHMCS_IDENTIFER in \.env is not a setting: did you mean WHMCS_IDENTIFIER\?/m)
  for (const verb of [['serve'], ['status'], ['migrate']]) {
    const ended = await soapstone(verb, GOOD, folder)
    t.equal(ended.code, 1)
    t.match(ended.err, /^soapstone: the settings have problems:\n {2}- \.env, line 1: WHMCS_SECRET holds a #/)
  }
})
