import { once } from 'node:events'
import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { fault } from '../../src/doors/outbound-message/ack.ts'
import { soapstone } from '../helpers/cli.ts'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'

t.jobs = 3

const KEY = 'a-key-of-at-least-16-characters'
const ORGANIZATION = { SALESFORCE_ORG_ID: '00DSs000000SOAPMA4' }

t.test('send sends an order to this installation, which provisions it', async (t) => {
  const world = await createService(t, { OUTBOUND_MESSAGE_KEY: KEY })
  const look = createLook(t, world)
  const orderId = world.salesforce.addOrder()
  const settings = { ...world.settings, PORT: new URL(world.service.url).port }
  const { code, out } = await soapstone(['send', '--order', orderId.slice(0, 15)], settings)
  t.match(out, /^http:\/\/127\.0\.0\.1:\d+\/outbound-messages\/order\?key=\*\*\*\nAck true: the message is stored \(/)
  t.equal(code, 0)
  t.match(await look.settled(1), [{ record_id: orderId, state: 'completed' }])
  await look.once(t, orderId)
  const warnings = world.log.filter((line) => line.includes('message.unknown_fields'))
  t.same(warnings, [], 'every value is of the type that the contract says')

  const refused = await soapstone(['send', '--json', '--url', world.endpoint], settings)
  t.match(JSON.parse(refused.out), { result: 'fault', status: 403, detail: 'soapenv:Client: not accepted here' })
  t.equal(refused.code, 1)
})

t.test('send without an order makes no work, and --json says which notification it was', async (t) => {
  const world = await createService(t)
  const look = createLook(t, world)
  const { code, out } = await soapstone(['send', '--json', '--url', world.endpoint], world.settings)
  const { notificationId, ...rest } = JSON.parse(out)
  t.match(rest, { url: world.endpoint, result: 'ack', status: 200, detail: 'the message is stored', ms: Number })
  t.equal(code, 0)
  t.match(await look.settled(1), [{ notification_id: notificationId, state: 'ignored', error_code: 'RECORD_DELETED' }])
})

t.test('send writes what Salesforce writes, and nothing of an answer reaches the terminal raw', async (t) => {
  const requests = await listen(t)
  const { out } = await soapstone(['send', '--url', requests.url, '--order', '801Ss00000Ab1Cd'], ORGANIZATION)
  t.notOk(['\u001b', '\u0007'].some((character) => out.includes(character)))
  const [{ headers, body } = { headers: {}, body: '' }] = requests.seen
  t.match(headers, { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""' })
  t.match(body, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<soapenv:Envelope /)
  t.match(body, '<SessionId xsi:nil="true"/>')
  t.match(body, '<sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">')
  t.match(body, /<sf:Id>801Ss00000Ab1CdIAJ<\/sf:Id>\s*<sf:AccountId>/)
  t.match(body, /\/services\/Soap\/c\/67\.0\/00DSs000000SOAP</)
})

t.test('send says what it was told wrongly', async (t) => {
  const url = ['--url', 'http://127.0.0.1:9/']
  for (const [args, settings, words] of [
    [['--order', '801'], ORGANIZATION, /801 is not a Salesforce id/],
    [['--endpoint', 'nothing', ...url], ORGANIZATION, /there is no endpoint nothing; there are order/],
    [['--url', 'ftp://x/'], ORGANIZATION, /is not a URL of http or https/],
    [url, {}, /SALESFORCE_ORG_ID is required/],
  ] as const) {
    const { code, err } = await soapstone(['send', ...args], settings)
    t.match(err, words)
    t.notMatch(err, /\n {4}at /, 'no stack')
    t.not(code, 0)
  }
})

/** Remembers what it is sent, and answers with a Fault that would ring a bell. */
async function listen(t: Test) {
  const seen: { headers: unknown; body: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    seen.push({ headers: request.headers, body: String(Buffer.concat(chunks)) })
    response.writeHead(500).end(fault('Server', 'x').replace('>x<', '>\u0007\u001b[2J<'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  return { seen, url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/` }
}
