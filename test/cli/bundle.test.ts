/** The file for whoever helps: what is in it, and what is not. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createExamining } from '../helpers/doctor.ts'
import { createOrganizations } from '../helpers/organizations.ts'
import { startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

const PERSON = 'Rosalind Quill'
const MAIL = 'rosalind.quill@customers.example'

t.test('soapstone bundle holds what helps, and no secret, name or address', async (t) => {
  const key = 'planted-key-of-the-endpoint'
  const world = await createExamining(t, {
    OUTBOUND_MESSAGE_KEY: key,
    SALESFORCE_JWT_USERNAME: '',
    SWEEP_CONDITION: `Account.Name <> '${PERSON}'`,
    ALERT_WEBHOOK: 'https://hooks.example.com/planted-path/secret-part',
    RETRY_SCHEDULE: '20ms',
  })
  const { salesforce, whmcs } = world
  // A dead letter about a person, and a WHMCS that tells of her in its own words.
  const service = await startService(t, world)
  const accountId = salesforce.addAccount({ Name: PERSON })
  const orderId = salesforce.addOrder({
    accountId,
    items: [{ productId: salesforce.addProduct({ WHMCS_Product_ID__c: null }) }],
  })
  await salesforce.send({ endpoint: `${service.url}/outbound-messages/order?key=${key}`, orderIds: [orderId] })
  await until(() => salesforce.record(orderId)?.Provisioning_Status__c === 'Failed', 'the order fails')
  whmcs.refuses = ({ action }) => (action === 'GetOrders' ? `${PERSON} <${MAIL}> may not, nor may ${key}` : undefined)

  const folder = t.testdir()
  const { code, out } = await soapstone(['bundle', '--out', 'it.json'], world.settings, folder)
  t.equal(code, 0)
  t.match(out, /^it\.json: read it before you send it/)
  t.equal(statSync(join(folder, 'it.json')).mode & 0o777, 0o600)
  const text = readFileSync(join(folder, 'it.json'), 'utf8')

  const password = new URL(world.databaseUrl).password
  const planted = [PERSON, 'Quill', MAIL, key, 'planted-path', ...(password === '' ? [] : [password])]
  const secrets = [whmcs.secret, whmcs.identifier, salesforce.clientSecret, String(world.settings.SESSION_KEY)]
  for (const secret of [...planted, ...secrets]) t.notOk(text.includes(secret), `no ${secret}`)

  const bundle = JSON.parse(text)
  t.match(bundle, {
    format: 1,
    versions: { soapstone: /^\d/, node: /^\d/ },
    status: { ready: true, deadLetters: [{ code: 'PRODUCT_UNMAPPED', count: 1 }] },
    failures: [{ code: 'PRODUCT_UNMAPPED', count: 1 }],
    schema: { missing: [], unknown: [] },
  })
  const setting = (name: string) => bundle.settings.find((one: { name: string }) => one.name === name)
  t.match(setting('LEASE_SECONDS'), { value: '3', source: 'environment' })
  t.match(setting('WHMCS_SECRET'), { value: '(set)' })
  t.match(setting('SWEEP_CONDITION'), { value: '(set)' })
  t.match(setting('WHMCS_URL'), { value: whmcs.url })
  const check = (id: string) => bundle.doctor.find((one: { id: string }) => one.id === id)
  t.match(check('salesforce.login'), { result: 'ok' })
  t.match(check('whmcs.login'), { result: 'fail', detail: /^WHMCS_[A-Z_]+$/ })
  t.ok(bundle.schema.tables.length > 5)

  const again = await soapstone(['bundle', '--out', 'it.json'], world.settings, folder)
  t.match(again, { code: 1, err: /it\.json can't be written/ })
})

t.test('soapstone bundle is written while everything is down, and without settings', async (t) => {
  const world = await createExamining(t)
  await Promise.all([world.salesforce.close(), world.whmcs.close()])
  const away = { ...world.settings, DATABASE_URL: 'postgres://somebody:planted-password@127.0.0.1:1/x' }
  const { code, out } = await soapstone(['bundle', '--out', '-'], away)
  t.equal(code, 0)
  t.notMatch(out, /planted-password|somebody/)
  t.match(JSON.parse(out), { status: null, ledger: /^not read/ })
  const nothing = await soapstone(['bundle', '--out', '-'])
  t.equal(nothing.code, 0)
  t.match(JSON.parse(nothing.out), { problems: [/DATABASE_URL is required/] })
})

t.test('soapstone bundle hides a secret of any organisation that went astray into another setting', async (t) => {
  const { first, second, settings, write } = await createOrganizations(t)
  const secret = 'planted'.padEnd(64, '0')
  const astray = { ...Object(second.entry.whmcs), paymentMethod: secret }
  write(first.entry, { ...second.entry, webhookSecretEnv: 'SECOND_WEBHOOK', whmcs: astray })
  const several = await soapstone(['bundle', '--out', '-'], { ...settings, SECOND_WEBHOOK: secret })
  t.match(several, { code: 0, out: /there is no payment method \(hidden\)/ })
  t.notOk(several.out.includes(secret))

  const { settings: single, whmcs } = await createExamining(t)
  const one = await soapstone(['bundle', '--out', '-'], { ...single, WHMCS_PAYMENT_METHOD: whmcs.secret })
  t.match(one, { code: 0, out: /there is no payment method \(hidden\)/ })
  t.notOk(one.out.includes(whmcs.secret))
})
