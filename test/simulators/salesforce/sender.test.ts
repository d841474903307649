import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { XMLParser } from 'fast-xml-parser'
import t, { type Test } from 'tap'
import { startSalesforce } from '../salesforce.ts'
import { orderFields } from './sobject.ts'

const ack = envelope(
  '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>',
)

t.test('send posts one SOAP message with the fields of the WSDL', async (t) => {
  const { salesforce, endpoint, requests } = await build(t)
  const id = salesforce.addOrder({ fields: { Provisioning_Status__c: 'a < b & "c"', TotalAmount: 12_345_678 } })
  const delivery = await salesforce.send({ endpoint, orderIds: [id] })
  t.match(delivery, { acked: true, attempts: 1, notificationIds: [/^04l\w{15}$/] })
  const [{ body = '', headers = {} } = {}] = requests
  t.match(headers, { soapaction: '""', 'content-type': /^text\/xml/ })
  t.match(body, '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">')
  t.match(body, /<SessionId xsi:nil="true" ?\/>/)
  t.match(body, '<sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">')
  const { OrganizationId, PartnerUrl, Notification } = read(body)
  t.equal(OrganizationId, salesforce.organizationId)
  t.ok(PartnerUrl.endsWith(`/services/Soap/u/60.0/${salesforce.organizationId.slice(0, 15)}`))
  const { Id, sObject } = Notification[0]
  t.equal(Id, delivery.notificationIds[0])
  t.same(Object.keys(sObject), orderFields)
  t.match(sObject, {
    Id: id,
    OrderNumber: '00000101',
    TotalAmount: '1.2345678E7',
    LastModifiedDate: /T[\d:]{8}\.000Z$/,
  })
  t.equal(sObject.Provisioning_Status__c, 'a < b & "c"')
})

t.test('the WSDL lists the fields that are sent', async (t) => {
  const wsdl = await readFile(new URL('../../../wsdl/order.wsdl', import.meta.url), 'utf8')
  const [order = ''] = /<complexType name="Order">.*?<\/complexType>/s.exec(wsdl) ?? []
  t.same(['Id', ...[...order.matchAll(/element name="(\w+)"/g)].map(([, name]) => name)], orderFields)
})

t.test('send carries a session, many notifications, and orders deleted since', async (t) => {
  const { salesforce, endpoint, requests } = await build(t)
  const orderIds = Array.from({ length: 100 }, () => salesforce.addOrder())
  salesforce.remove(orderIds[1] ?? '')
  const sessionId = salesforce.issueSession()
  const organizationId = '00DXX0000000001AAA'
  await salesforce.send({ endpoint, orderIds, sessionId, organizationId })
  const message = read(requests[0]?.body ?? '')
  t.match(message, { SessionId: sessionId, OrganizationId: organizationId, Notification: { length: 100 } })
  t.same(Object.keys(message.Notification[1]), ['Id'])
  t.equal(message.Notification[0].sObject.Provisioning_Status__c, undefined, 'null is left out')
  await t.rejects(salesforce.send({ endpoint, orderIds: [] }))
})

t.test('send repeats the notification, with the data of the moment, until it is Acked', async (t) => {
  const { salesforce, endpoint, requests, answers } = await build(t)
  const id = salesforce.addOrder({ fields: { Status: 'Draft' } })
  answers.push(
    () => 'drop',
    () => ({ status: 503, body: ack }),
    () => ({
      status: 500,
      body: envelope('<soapenv:Fault><faultcode>x</faultcode><faultstring>no</faultstring></soapenv:Fault>'),
    }),
    () => ({ status: 200, body: '<html>hello</html>' }),
    () => ({ status: 301, body: '' }),
    () => {
      salesforce.update(id, { Status: 'Activated' })
      return { status: 200, body: ack.replace('true', 'false') }
    },
  )
  const delivery = await salesforce.send({ endpoint, orderIds: [id], retryMs: 1 })
  t.match(delivery, { acked: true, attempts: 7 })
  const sent = requests.map(({ body }) => read(body).Notification[0])
  t.same(new Set(sent.map(({ Id }) => Id)), new Set(delivery.notificationIds))
  t.same([sent[0].sObject.Status, sent[6].sObject.Status], ['Draft', 'Activated'])
  const again = await salesforce.send({ endpoint, orderIds: [id], notificationIds: delivery.notificationIds })
  t.same(again.notificationIds, delivery.notificationIds)
})

t.test('send gives up and says why', async (t) => {
  const { salesforce, endpoint, answers } = await build(t)
  const orderIds = [salesforce.addOrder()]
  const fault = envelope('<soapenv:Fault><faultcode>x</faultcode><faultstring>not here</faultstring></soapenv:Fault>')
  answers.push(() => ({ status: 500, body: fault }))
  const refused = await salesforce.send({ endpoint, orderIds, giveUpMs: 0 })
  t.match(refused, { acked: false, attempts: 1, lastError: '500: not here' })
  answers.push(() => ({ status: 200, body: ack.replace('true', 'false') }))
  const nacked = await salesforce.send({ endpoint, orderIds, giveUpMs: 0 })
  t.match(nacked, { acked: false, lastError: 'SOAP response was a nack.' })
})

t.test('send ends when the simulator closes', async (t) => {
  const { salesforce, endpoint, answers } = await build(t)
  const asked = new Promise<void>((resolve) => {
    answers.push(() => {
      resolve()
      return 'hang'
    })
  })
  const sending = salesforce.send({ endpoint, orderIds: [salesforce.addOrder()] })
  await asked
  await salesforce.close()
  t.match(await sending, { acked: false })
})

t.test('autoNotify sends a message when the API changed an order, and none when nothing changed', async (t) => {
  const { salesforce, endpoint, answers, requests } = await build(t)
  salesforce.autoNotify = { endpoint }
  const id = salesforce.addOrder()
  const notified = new Promise<void>((resolve) => {
    answers.push(() => {
      resolve()
      return { status: 200, body: ack }
    })
  })
  const save = () =>
    fetch(`${salesforce.url}/services/data/v67.0/composite/sobjects`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${salesforce.issueSession()}` },
      body: JSON.stringify({ records: [{ attributes: { type: 'Order' }, id, Provisioning_Status__c: 'Activating' }] }),
    })
  await save()
  await notified
  await save()
  await salesforce.send({ endpoint, orderIds: [id] })
  t.equal(requests.length, 2)
  t.match(requests[0]?.body, 'Activating')
})

type Answer = 'drop' | 'hang' | { status: number; body: string }

/** A listener that gives the prepared answers, then Acks. */
async function build(t: Test) {
  const salesforce = await startSalesforce()
  const requests: { body: string; headers: IncomingHttpHeaders }[] = []
  const answers: (() => Answer)[] = []
  const server = createServer(async (request, response) => {
    requests.push({ body: await text(request), headers: request.headers })
    const answer = answers.shift()?.() ?? { status: 200, body: ack }
    if (answer === 'hang') return
    if (answer === 'drop') request.socket.destroy()
    else response.writeHead(answer.status, { 'content-type': 'text/xml', location: '/elsewhere' }).end(answer.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    await salesforce.close()
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { salesforce, endpoint: `http://127.0.0.1:${port}/outbound-messages/order`, requests, answers }
}

function envelope(body: string) {
  return `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`
}

const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => name === 'Notification',
})

// The parser's result is untyped: a test may look into it without proving its shape first.
function read(xml: string) {
  return parser.parse(xml).Envelope.Body.notifications
}
