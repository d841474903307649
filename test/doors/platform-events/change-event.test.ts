import t from 'tap'
import { toReader, type Values } from '../../../src/doors/platform-events/avro.ts'
import { readChangeEvent } from '../../../src/doors/platform-events/change-event.ts'
import { newOrderId } from '../../helpers/messages.ts'
import { createBus, type OrderChange } from '../../simulators/pubsub/bus.ts'

const AT = Date.UTC(2026, 2, 1, 12)

async function valuesOf(change: Partial<OrderChange>): Promise<Values> {
  const bus = createBus(() => {})
  const { schemaId, payload } = bus.orderChanged({ recordIds: [newOrderId()], commitTimestamp: AT, ...change })
  return (await toReader(bus.schemas.get(schemaId) ?? ''))(payload)
}

const read = async (change: Partial<OrderChange>) => readChangeEvent(await valuesOf(change))

t.test('a merged event is a notification for each of its records, each with an id of its own', async (t) => {
  const recordIds = [newOrderId(), newOrderId(), newOrderId().slice(0, 15)]
  const { notifications, sweepSince } = await read({ recordIds })
  t.same(
    notifications.map(({ recordId }) => recordId?.slice(0, 15)),
    recordIds.map((id) => id.slice(0, 15)),
  )
  t.ok(notifications.every(({ recordId }) => recordId?.length === 18))
  t.equal(new Set(notifications.map(({ notificationId }) => notificationId)).size, 3)
  t.equal(sweepSince, undefined)
})

t.test('the same event has the same id again, and another event of that transaction has another', async (t) => {
  const change = { recordIds: [newOrderId()], transactionKey: 'a', sequenceNumber: 1 }
  const id = async (more: Partial<OrderChange>) => (await read({ ...change, ...more })).notifications[0]?.notificationId
  t.equal(await id({}), await id({ commitNumber: 5n }))
  const others = [
    await id({ sequenceNumber: 2 }),
    await id({ transactionKey: 'b' }),
    await id({ changeType: 'GAP_UPDATE' }),
  ]
  t.equal(new Set([await id({}), ...others]).size, 4)
  t.match(await id({}), /^cev\w{15}$/)
})

for (const changeType of ['CREATE', 'UPDATE', 'UNDELETE', 'GAP_CREATE', 'GAP_UPDATE', 'GAP_UNDELETE']) {
  t.test(`${changeType} says that the order is there`, async (t) => {
    const { notifications } = await read({ changeType })
    t.equal(notifications.length, 1)
    t.match(
      String(
        notifications[0]?.fields &&
          'ChangeEventHeader' in notifications[0].fields &&
          notifications[0].fields.ChangeEventHeader,
      ),
      changeType,
    )
  })
}

for (const changeType of ['DELETE', 'GAP_DELETE']) {
  t.test(`${changeType} goes to work without data: the callback finds out what is left to do`, async (t) => {
    t.match(await read({ changeType }), { notifications: [{ fields: {}, ignored: undefined }] })
  })
}

const MANY: { what: string; change: Partial<OrderChange>; named: number }[] = [
  { what: 'GAP_OVERFLOW', change: { changeType: 'GAP_OVERFLOW', recordIds: ['000000000000000AAA'] }, named: 0 },
  { what: 'GAP_OVERFLOW without an id', change: { changeType: 'GAP_OVERFLOW', recordIds: [] }, named: 0 },
  { what: 'a wildcard', change: { changeType: 'GAP_UPDATE', recordIds: ['801*'] }, named: 0 },
  { what: 'a wildcard beside an id', change: { recordIds: ['801*', newOrderId()] }, named: 1 },
]
for (const { what, change, named } of MANY) {
  t.test(`${what} owes a sweep since the commit, and looks up no id that is none`, async (t) => {
    const { notifications, sweepSince } = await read(change)
    t.equal(notifications.length, named)
    t.equal(sweepSince?.getTime(), AT)
  })
}

const ORIGIN = 'com/salesforce/api/rest/67.0;client='
const ORIGINS: { what: string; change: Partial<OrderChange>; passed: 'own' | undefined }[] = [
  { what: 'a report of ours', change: { changeOrigin: `${ORIGIN}soapstone` }, passed: 'own' },
  { what: 'one with more behind it', change: { changeOrigin: `${ORIGIN}soapstone;x=y` }, passed: 'own' },
  {
    what: 'a report of ours whose trigger approved the order',
    change: { changeOrigin: `${ORIGIN}soapstone`, fields: { Status: 'Activated' } },
    passed: undefined,
  },
  { what: 'another client', change: { changeOrigin: `${ORIGIN}soapstone2` }, passed: undefined },
  { what: 'a person at a screen', change: { changeOrigin: `${ORIGIN}SfdcInternalAPI/` }, passed: undefined },
  { what: 'a gap', change: { changeOrigin: `${ORIGIN}soapstone`, changeType: 'GAP_UPDATE' }, passed: undefined },
]
for (const { what, change, passed } of ORIGINS) {
  t.test(`${what} is ${passed === undefined ? 'looked at' : 'ignored'}`, async (t) => {
    const found = await read(change)
    t.equal(found.passed, passed)
    t.equal(found.notifications.length, passed === undefined ? 1 : 0)
  })
}

t.test('a change of another object is passed over', async (t) => {
  t.match(await read({ entityName: 'Account' }), { notifications: [], passed: 'other' })
})

t.test('fields keep what was said, numbers digit for digit, and nothing where nothing changed', async (t) => {
  const fields = {
    Status: 'Activated',
    Amount__c: { double: 1.5 },
    BillingAddress: { Street: null, City: 'Graz', Country: null },
  }
  const { notifications } = await read({ fields, commitNumber: 9_007_199_254_740_993n })
  t.match(notifications[0]?.fields, {
    Status: 'Activated',
    Amount__c: { number: '1.5' },
    BillingAddress: /"City":"Graz"/,
  })
  t.match(JSON.stringify(notifications[0]?.fields), /9007199254740993/)
  t.notOk('Description' in (notifications[0]?.fields ?? {}))
})

for (const recordIds of [[], ['nonsense'], ['']]) {
  t.test(`an event with the record ids ${JSON.stringify(recordIds)} is refused`, async (t) => {
    await t.rejects(read({ recordIds }))
  })
}

t.test('an event without a header is refused', async (t) => {
  t.throws(() => readChangeEvent({ ChangeEventHeader: null }), /no ChangeEventHeader/)
})
