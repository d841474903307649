import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createClientAsync } from 'soap'
import t, { type Test } from 'tap'
import { envelope } from '../../helpers/envelopes.ts'
import { createLook } from '../../helpers/look.ts'
import { createService, createWorld } from '../../helpers/service.ts'
import { folderOf, ORDER_WSDL, wsdlOf } from '../../helpers/wsdl.ts'

t.jobs = 3

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))
const ACCOUNT_WSDL = wsdlOf('Account', { Name: 'xsd:string', NumberOfEmployees: 'xsd:int' })
const ACK = '<Ack>true</Ack>'

t.test('every WSDL of the folder is an endpoint, and a client made from it is understood', async (t) => {
  const { service, post, envelope, look, logged, organizationId, salesforce } = await build(t)
  const warnings = logged('contract.without_purpose')
  t.match(warnings, [{ endpoint: 'account', recordType: 'Account' }], 'the start says that it will do nothing with it')
  t.equal(warnings.length, 1)

  const account = await post('account', envelope('Account', '<sf:Name>Ice &amp; Fire</sf:Name>'))
  t.match(account, { status: 200, body: ACK })
  const client = await createClientAsync(`${service.url}/outbound-messages/order?wsdl`)
  const orderId = salesforce.addOrder()
  const [reply] = await client.notificationsAsync({
    OrganizationId: organizationId,
    ActionId: '04kSs000000sT0nIAE',
    Notification: [
      {
        Id: '04lSs00000Zz01xIAB',
        sObject: {
          attributes: { 'xsi:type': 'ens:Order', 'xmlns:ens': 'urn:sobject.enterprise.soap.sforce.com' },
          'ens:Id': orderId,
          'ens:TotalAmount': '45000.0',
        },
      },
    ],
  })
  t.same(reply, { Ack: true })
  const rows = await look.settled(2)
  t.match(
    rows.find((row) => row.record_type === 'Account'),
    { state: 'ignored', error_code: 'NO_PURPOSE' },
  )
  t.match(
    rows.find((row) => row.record_type === 'Order'),
    { state: 'completed', record_id: orderId },
  )
  t.match(await post('order', envelope('Account', '')), { status: 500, body: 'this endpoint takes Order' })
  t.match(await post('contact', envelope('Contact', '')), { status: 404 })
})

t.test('?wsdl says where the service is: as the request says, or as PUBLIC_URL says', async (t) => {
  const { service } = await build(t)
  const address = (url: string) => ORDER_WSDL.replace(/location="[^"]*"/, () => `location="${url}"`)
  const path = '/outbound-messages/order'
  const forwarded = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }
  const reply = await fetch(`${service.url}${path}?wsdl`, { headers: forwarded })
  t.match(reply.headers.get('content-type'), /^text\/xml/)
  t.equal(await reply.text(), address(`${service.url}${path}`))
  const bare = await fetch(`${service.url}${path}`)
  t.match({ status: bare.status, allow: bare.headers.get('allow') }, { status: 405, allow: 'POST' })
  t.match(bare.headers.get('content-type'), /^application\/problem\+json/)
  t.match(await bare.json(), {
    type: 'about:blank',
    title: 'Method Not Allowed',
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
  })

  const { service: behind } = await build(t, { PUBLIC_URL: 'https://hooks.example.com/soapstone/' })
  const text = await (await fetch(`${behind.url}${path}?Wsdl`)).text()
  t.equal(text, address(`https://hooks.example.com/soapstone${path}`))
})

t.test('a field that the contract lacks is kept and reported, or refused', async (t) => {
  const fields = '<sf:Status>Draft</sf:Status><sf:New__c>1.0</sf:New__c><sf:constructor>x</sf:constructor>'
  const reporting = await build(t)
  t.match(await reporting.post('order', reporting.envelope('Order', fields)), { status: 200, body: ACK })
  t.match(reporting.logged('message.unknown_fields'), [{ unknownFields: ['New__c', 'constructor'], endpoint: 'order' }])
  const { rows } = await reporting.look.pool.query('select fields from ledger.notification')
  t.match(rows, [{ fields: { Status: 'Draft', New__c: '1.0', constructor: 'x', TotalAmount: null } }])

  const refusing = await build(t, { UNKNOWN_FIELDS: 'refuse' })
  const reply = await refusing.post('order', refusing.envelope('Order', fields))
  t.match(reply, { status: 500, body: 'the contract has no field New__c, constructor' })
  t.same(await refusing.look.rows(), [])
})

t.test(
  'a message of another organisation is refused, or recorded without its session and never worked on',
  async (t) => {
    const foreign = '00D000000000001EAA'
    const refusing = await build(t)
    const reply = await refusing.post('order', refusing.envelope('Order', '', foreign))
    t.match(reply, { status: 403, body: 'not accepted here' })
    t.same(await refusing.look.rows(), [])
    t.match(refusing.logged('security.foreign_organization'), [{ organizationId: foreign, endpoint: 'order' }])

    const recording = await build(t, { FOREIGN_ORGANIZATIONS: 'record' })
    // What the contract would refuse is recorded too: it may be another contract there.
    const odd = recording.envelope('Order', '<sf:TotalAmount>a lot</sf:TotalAmount>', foreign)
    t.match(await recording.post('order', odd), { status: 200, body: ACK })
    t.match(await recording.look.rows(), [
      { organization_id: foreign, state: 'ignored', error_code: 'FOREIGN_ORGANIZATION' },
    ])
    const { rows } = await recording.look.pool.query('select session from ledger.message')
    t.same(rows, [{ session: null }])
    t.match(recording.logged('security.foreign_organization'), [{ organizationId: foreign, endpoint: 'order' }])
    t.equal(recording.salesforce.calls.total, 0)
    const metrics = await fetch(new URL('/metrics', recording.service.adminUrl)).then((reply) => reply.text())
    t.match(metrics, /^soapstone_messages_total\{result="foreign"\} 1$/m)
    t.notMatch(metrics, /^soapstone_messages_total\{result="stored"\}/m)
  },
)

t.test('serve does not start with a WSDL that it can not use, and says in a sentence which and why', async (t) => {
  const { settings } = await createWorld(t)
  for (const [file, wsdl, fault] of [
    ['bad.wsdl', 'hello', 'not a WSDL: not well-formed XML'],
    ['half.wsdl', ORDER_WSDL.slice(0, 3_000), 'not a WSDL: not well-formed XML'],
    ['a b.wsdl', ORDER_WSDL, 'the name must be letters'],
  ] as const) {
    const folder = folderOf(t, { 'order.wsdl': ORDER_WSDL, [file]: wsdl })
    const env = { PATH: process.env.PATH, ...settings, WSDL_FOLDER: folder }
    const child = spawn(process.execPath, [main, 'serve'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const [stderr] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'close')])
    t.equal(child.exitCode, 1)
    t.match(stderr, new RegExp(`^soapstone: [^\\n]*/${file}: ${fault}[^\\n]*\\n$`), file)
  }
})

async function build(t: Test, more: Record<string, string> = {}) {
  const folder = folderOf(t, { 'order.wsdl': ORDER_WSDL, 'account.wsdl': ACCOUNT_WSDL })
  const running = await createService(t, { WSDL_FOLDER: folder, ...more })
  const { service, salesforce, log } = running
  const { organizationId } = salesforce
  return {
    ...running,
    organizationId,
    look: createLook(t, running),
    logged: (message: string) => log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message),
    async post(name: string, body: string) {
      const init = { method: 'POST', body, headers: { 'content-type': 'text/xml; charset=UTF-8' } }
      const reply = await fetch(`${service.url}/outbound-messages/${name}`, init)
      return { status: reply.status, body: await reply.text() }
    },
    envelope: (recordType: string, fields: string, organization = organizationId) =>
      envelope({
        head: `<OrganizationId>${organization}</OrganizationId><ActionId>04kSs000000sT0nIAE</ActionId><SessionId>some-session</SessionId>`,
        fields,
      }).replace('sf:Order', `sf:${recordType}`),
  }
}
