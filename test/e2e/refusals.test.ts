import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { createWorld, startService } from '../helpers/service.ts'

t.jobs = 4

const KEY = 'a-key-of-at-least-16-characters'
const SESSION = '00D000000000001!AQEAQ.a.session.that.nobody.may.read'

interface Sent {
  organization?: string
  notifications?: string[]
  namespace?: string
  prologue?: string
}

t.test('what is not a message gets a Fault that says why, and leaves nothing but a log line', async (t) => {
  const { post, wrap, organizationId, nothingHappened } = await build(t)
  const text = wrap({ organization: organizationId })
  const wrong: [string, string, RegExp][] = [
    ['cut off', text.slice(0, -30), /not well-formed XML/],
    ['mismatched tags', text.replace('</ActionId>', '</ActionID>'), /not well-formed XML/],
    ['no XML', 'hello', /not well-formed XML/],
    ['empty', '', /./],
    ['another namespace', wrap({ namespace: 'urn:another' }), /Body holds notifications, not one notifications/],
    ['no envelope', '<a/>', /root is not a SOAP 1\.1 Envelope but a/],
    ['a DTD', wrap({ prologue: '<!DOCTYPE a [<!ENTITY b "c">]>' }), /document type declaration is not allowed/],
    ['an unknown entity', text.replace('Activated', '&nbsp;'), /not well-formed XML/],
    ['no notification', wrap({ notifications: [] }), /there is no Notification/],
    ['101 notifications', wrap({ notifications: Array(101).fill(notification()) }), /there are 101 notifications/],
    ['no organization', text.replace(/<OrganizationId>.*<\/OrganizationId>/, ''), /has no OrganizationId/],
    ['no action', text.replace(/<ActionId>.*<\/ActionId>/, ''), /has no ActionId/],
    ['no notification id', text.replace(/<Id>.*<\/Id>/, ''), /Notification has no Id/],
    ['an id of 10 characters', text.replace(/<Id>.*<\/Id>/, '<Id>04l0000001</Id>'), /Id is not a Salesforce id/],
    ['a record id that is none', text.replace(/<sf:Id>.*<\/sf:Id>/, '<sf:Id>80!</sf:Id>'), /not a Salesforce id/],
    ['an sObject of an unknown type', text.replace('sf:Order', 'zz:Order'), /no xsi:type/],
  ]
  for (const [name, body, reason] of wrong) {
    t.match(await post(body), { status: 500, type: /^text\/xml/, code: 'soapenv:Client', reason }, name)
  }
  await nothingHappened(t, wrong.length, 'malformed')
})

t.test('a wrong header gets a Fault', async (t) => {
  const { post, wrap, organizationId, nothingHappened } = await build(t)
  const text = wrap({ organization: organizationId })
  const wrong: [Record<string, string>, RegExp][] = [
    [{ 'content-type': 'application/json' }, /content type is not text\/xml/],
    [{ 'content-type': 'text/plain' }, /content type is not text\/xml/],
    [{ 'content-type': 'text/xml; charset=iso-8859-1' }, /character set is not UTF-8/],
    [{ 'content-encoding': 'gzip' }, /compressed/],
  ]
  for (const [headers, reason] of wrong) {
    t.match(await post(text, { headers }), { status: 500, code: 'soapenv:Client', reason }, JSON.stringify(headers))
  }
  await nothingHappened(t, wrong.length, 'malformed')
})

t.test('a foreign organisation, a missing key and a wrong key are turned away without a word of why', async (t) => {
  const { post, wrap, organizationId, nothingHappened } = await build(t)
  const own = wrap({ organization: organizationId })
  const refused = { status: 403, code: 'soapenv:Client', reason: /^not accepted here$/ }
  const swapped = organizationId.replace(/[a-zA-Z](?=[^a-zA-Z]*.{3}$)/, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  )
  t.match(await post(wrap({ organization: '00D000000000001' })), refused)
  t.match(await post(wrap({ organization: swapped })), refused, 'ids differ by case')
  t.match(await post(own, { key: '' }), refused)
  t.match(await post(own, { key: `?key=${KEY}x` }), refused)
  t.match(await post(own, { key: `?key=${KEY}&key=${KEY}` }), refused)
  await nothingHappened(t, 5, 'refused')
})

t.test('a message that is too large is refused before it is read', async (t) => {
  const { post, wrap, organizationId, nothingHappened } = await build(t, { BODY_LIMIT: '1' })
  const text = wrap({ organization: organizationId }) + ' '.repeat(1024 * 1024)
  t.match(await post(text), { status: 413, code: 'soapenv:Client', reason: /too large/ })
  await nothingHappened(t, 1, 'malformed')
})

t.test('an organisation id of 15 characters is the same organisation', async (t) => {
  const { post, wrap, organizationId, look } = await build(t, {}, (id) => id.slice(0, 15))
  t.match(await post(wrap({ organization: organizationId })), { status: 200, reason: 'true' })
  t.match(await post(wrap({ organization: organizationId.slice(0, 15) })), { status: 200, reason: 'true' })
  t.match(await look.rows(), [{ organization_id: organizationId }])
  t.equal((await look.rows()).length, 1)
})

async function build(t: Test, more: Record<string, string> = {}, configured = (id: string) => id) {
  const world = await createWorld(t, { OUTBOUND_MESSAGE_KEY: KEY, ...more })
  const { salesforce, settings } = world
  const log: string[] = []
  settings.SALESFORCE_ORG_ID = configured(salesforce.organizationId)
  const service = await startService(t, world, log)
  const endpoint = `${service.url}/outbound-messages/order`
  const { organizationId } = salesforce
  const look = createLook(t, world)

  async function post(body: string, { key = `?key=${KEY}`, headers = {} } = {}) {
    const init = { method: 'POST', body, headers: { 'content-type': 'text/xml; charset=UTF-8', ...headers } }
    const reply = await fetch(`${endpoint}${key}`, init)
    const text = await reply.text()
    const [, code] = /<faultcode>(.*)<\/faultcode>/.exec(text) ?? []
    const [, reason] = /<(?:faultstring|Ack)>([\s\S]*?)<\//.exec(text) ?? []
    return { status: reply.status, type: reply.headers.get('content-type'), code, reason }
  }

  async function nothingHappened(t: Test, times: number, result: string) {
    t.same(await look.rows(), [])
    t.equal(salesforce.calls.total, 0)
    const lines = log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'message.refused')
    t.equal(lines.length, times)
    t.ok(lines.every((line) => line.result === result && line.reason.length > 5 && line.ip === '127.0.0.1'))
    t.notOk(log.join('').includes(KEY), 'no key in the log')
    t.notOk(log.join('').includes(SESSION), 'no session in the log')
  }
  return { post, wrap, organizationId, look, nothingHappened }
}

function notification(): string {
  return `<Notification><Id>04lSs00000Aa01xIAB</Id>
    <sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>801Ss00000Ab1CdIAJ</sf:Id><sf:Status>Activated</sf:Status></sObject></Notification>`
}

function wrap({ organization = '', notifications = [notification()], namespace, prologue = '' }: Sent): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${prologue}
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body><notifications xmlns="${namespace ?? 'http://soap.sforce.com/2005/09/outbound'}">
   <OrganizationId>${organization}</OrganizationId>
   <ActionId>04kSs000000sT0nIAE</ActionId>
   <SessionId>${SESSION}</SessionId>
   ${notifications.join('')}
 </notifications></soapenv:Body></soapenv:Envelope>`
}
