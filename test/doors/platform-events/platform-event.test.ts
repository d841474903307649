import t from 'tap'
import { readPlatformEvent } from '../../../src/doors/platform-events/platform-event.ts'
import { toTopic } from '../../../src/doors/platform-events/topic.ts'
import { newOrderId } from '../../helpers/messages.ts'

const EVENT = { id: 'a-uuid', schemaId: 's', payload: Buffer.from('x'), replayId: Buffer.from([1]) }
const topic = toTopic({ name: '/event/Order_Approved__e' })
const read = (values: Record<string, unknown>, given = topic, event = EVENT) =>
  readPlatformEvent(event, { CreatedDate: 1_772_366_400_000n, ...values }, given)

for (const field of ['Order_Id__c', 'OrderId__c', 'OrderId']) {
  t.test(`the order is found in ${field} without a word in the settings`, async (t) => {
    const id = newOrderId()
    const { notifications, at } = read({ [field]: id.slice(0, 15) })
    t.match(notifications, [{ recordId: id, recordType: 'Order', notificationId: /^pev\w{15}$/ }])
    t.equal(at?.toISOString(), '2026-03-01T12:00:00.000Z')
  })
}

t.test('the order is found in the field that the settings name, and in no other', async (t) => {
  const [id, other] = [newOrderId(), newOrderId()]
  const named = toTopic({ name: '/event/Sold__e', field: 'Sale__c' })
  t.match(read({ Sale__c: id, Order_Id__c: other }, named).notifications, [{ recordId: id }])
  t.throws(() => read({ Order_Id__c: other }, named), /none of the fields Sale__c/)
})

t.test('the notification id is made of the event and of the order alone', async (t) => {
  const id = newOrderId()
  const of = (event = EVENT, orderId = id) =>
    read({ Order_Id__c: orderId }, topic, event).notifications[0]?.notificationId
  t.equal(of(), of({ ...EVENT, replayId: Buffer.from([2]) }), 'whatever place it has in the stream')
  t.not(of(), of({ ...EVENT, id: 'another' }))
  t.not(of(), of(EVENT, newOrderId()))
})

t.test('reduction orders are passed over', async (t) => {
  t.match(read({ OrderId: null, RelatedOrderId: newOrderId() }), { notifications: [], passed: 'other' })
})

const BAD: [Record<string, unknown>, RegExp][] = [
  [{ Name__c: 'x' }, /none of the fields Order_Id__c, OrderId__c, OrderId: name the right one, as in .*:Field__c/],
  [{ Order_Id__c: null }, /Order_Id__c is empty/],
  [{ Order_Id__c: '' }, /Order_Id__c is empty/],
  [{ Order_Id__c: '00000123' }, /is not an id: "00000123"/],
]
for (const [values, says] of BAD) {
  t.test(`an event with ${JSON.stringify(values)} is refused in words that help`, async (t) => {
    t.throws(() => read(values), says)
  })
}
