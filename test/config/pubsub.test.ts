import t from 'tap'
import { pubsubEndpoint, TOPICS } from '../../src/config/pubsub.ts'
import { readConfig } from '../../src/config/read.ts'

t.test('TOPICS reads topics, with the field of the order where it is named', async (t) => {
  t.same(
    TOPICS.parse('/event/OrderStatusChangedEvent, /event/Sold__e:Sale__c,/data/OrderChangeEvent,/data/Soapstone__chn'),
    [
      { name: '/event/OrderStatusChangedEvent', field: undefined },
      { name: '/event/Sold__e', field: 'Sale__c' },
      { name: '/data/OrderChangeEvent', field: undefined },
      { name: '/data/Soapstone__chn', field: undefined },
    ],
  )
})

const BAD = [
  'OrderChangeEvent',
  '/topic/X',
  '/event/',
  '/event/A b',
  '/data/OrderChangeEvent:Id',
  '/event/A,',
  '/event/A,/event/A:B__c',
]
for (const text of BAD) t.test(`TOPICS refuses ${text}`, async (t) => t.throws(() => TOPICS.parse(text)))

t.test('pubsubEndpoint is TLS, but on this machine where it says so', async (t) => {
  t.same(pubsubEndpoint('api.pubsub.salesforce.com:7443'), { host: 'api.pubsub.salesforce.com', port: 7443, tls: true })
  t.same(pubsubEndpoint('api.pubsub.salesforce.com'), { host: 'api.pubsub.salesforce.com', port: 443, tls: true })
  t.same(pubsubEndpoint('https://localhost:443'), { host: 'localhost', port: 443, tls: true })
  t.same(pubsubEndpoint('http://127.0.0.1:7011'), { host: '127.0.0.1', port: 7011, tls: false })
  for (const text of ['http://api.pubsub.salesforce.com:7443', 'ftp://x:1', 'a b:1', 'host:1/path', ''])
    t.throws(() => pubsubEndpoint(text), text)
})

t.test('readConfig asks for a login of our own where there is a topic', async (t) => {
  const settings = {
    ...{ DATABASE_URL: 'embedded', SALESFORCE_ORG_ID: '00D000000000062', WHMCS_URL: 'https://whmcs.example.com' },
    ...{ SALESFORCE_INSTANCE_URL: 'https://acme.my.salesforce.com', WHMCS_IDENTIFIER: 'i', WHMCS_SECRET: 's' },
    ...{ SESSION_KEY: Buffer.alloc(32, 1).toString('base64'), PUBSUB_TOPICS: '/data/OrderChangeEvent' },
  }
  t.match(readConfig(settings).problems, [/^PUBSUB_TOPICS needs OAuth/])
  t.same(readConfig({ ...settings, SALESFORCE_CLIENT_ID: 'c', SALESFORCE_CLIENT_SECRET: 's' }).problems, [])
})
