import t from 'tap'
import { pubsubEndpoint, TOPICS } from '../../src/config/pubsub.ts'

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
