import t from 'tap'
import { createAdapter, NOW } from '../helpers/salesforce.ts'

t.test('read asks for more orders than one query can name, with one call', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const ids = Array.from({ length: 401 }, () => salesforce.addOrder({ items: [] }))
  const found = await orders.read(ids, [], signal)
  t.same([...found.keys()].sort(), ids.sort())
  t.match(salesforce.calls, { composite: 1, total: 1 })
})

t.test('read gives a snapshot of each order that is there', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const accountId = salesforce.addAccount({ Name: 'Ice & Fire Ltd', WHMCS_Client_ID__c: 1001 })
  const hosting = salesforce.addProduct({ WHMCS_Product_ID__c: 185 })
  const domain = salesforce.addProduct({ Name: 'Domain', ProductCode: 'DOM', Billing_Cycle__c: null })
  const items = [
    { productId: hosting, Quantity: 2, UnitPrice: 10.5 },
    { productId: domain, fields: { UnitPrice: null } },
  ]
  const id = salesforce.addOrder({ accountId, items, fields: { WHMCS_Order_ID__c: ' 7 ' } })
  const gone = salesforce.addOrder()
  salesforce.remove(gone)
  const read = await orders.read([id, gone], [], signal)
  t.same([...read.keys()], [id])
  t.match(read.get(id), {
    orderId: id,
    orderNumber: '00000101',
    status: 'Activated',
    whmcsOrderId: '7',
    account: { id: accountId, name: 'Ice & Fire Ltd', whmcsClientId: '1001' },
    takenAt: NOW.toISOString(),
  })
  t.match(read.get(id)?.items, [
    {
      quantity: 2,
      unitPrice: 10.5,
      productId: hosting,
      productName: 'Web Hosting',
      productCode: 'HOSTING',
      whmcsProductId: '185',
      billingCycle: 'Monthly',
    },
    { quantity: 1, productId: domain, productCode: 'DOM' },
  ])
  const second = read.get(id)?.items[1] ?? {}
  t.notOk('unitPrice' in second || 'billingCycle' in second)
  t.match(salesforce.calls, { query: 1, total: 1 })
})

t.test('read leaves out what is empty', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const fields = { AccountId: null, OrderNumber: null, WHMCS_Order_ID__c: '  ', Provisioning_Status__c: '' }
  const id = salesforce.addOrder({ items: [], fields })
  t.same((await orders.read([id], [], signal)).get(id), {
    orderId: id,
    status: 'Activated',
    account: { id: '' },
    items: [],
    takenAt: NOW.toISOString(),
  })
})

t.test('read and write go by the names of the mapping', async (t) => {
  const mapping = {
    order: {
      provisioningStatus: 'StatusCode',
      whmcsOrderId: 'Description',
      errorCode: 'Type',
      errorMessage: 'Provisioning_Error_Message__c',
      provisionedAt: 'EffectiveDate',
    },
    account: { whmcsClientId: 'accountnumber' },
    product: { whmcsProductId: 'ProductCode', billingCycle: 'name' },
    orderItem: { whmcsServiceId: '' },
    statuses: { activating: 'Begun', provisioned: 'Done', failed: 'Broken', cancelled: 'Ended' },
  }
  const { salesforce, orders, signal } = await createAdapter(t, { mapping })
  const accountId = salesforce.addAccount({ AccountNumber: '77' })
  const productId = salesforce.addProduct({ ProductCode: '185', Name: 'Monthly' })
  const id = salesforce.addOrder({ accountId, items: [{ productId }], fields: { Description: '42' } })
  const order = (await orders.read([id], [], signal)).get(id)
  t.match(order, { whmcsOrderId: '42', account: { whmcsClientId: '77' } })
  t.match(order?.items, [
    { whmcsProductId: '185', productCode: '185', productName: 'Monthly', billingCycle: 'Monthly' },
  ])
  await orders.markActivating([id], [], signal)
  t.equal(salesforce.record(id)?.StatusCode, 'Begun')
  const serviceIds = { [order?.items[0]?.id ?? '']: '9' }
  t.equal(
    (await orders.write([{ orderId: id, kind: 'provisioned', whmcsOrderId: '43', serviceIds }], [], signal)).refused
      .size,
    0,
  )
  t.match(salesforce.record(id), { StatusCode: 'Done', Description: '43', Type: null })
})

t.test('markActivating marks a batch with one call and names the orders that were refused', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const ids = [salesforce.addOrder(), salesforce.addOrder(), salesforce.addOrder()]
  const [first = '', locked = '', gone = ''] = ids
  salesforce.remove(gone)
  const fault = { on: 'collections', kind: 'record-error', recordId: locked } as const
  salesforce.faults.push({ ...fault, statusCode: 'UNABLE_TO_LOCK_ROW', message: 'locked' })
  const refused = await orders.markActivating(ids, [], signal)
  t.same([...refused.keys()], [locked, gone])
  t.match(refused.get(locked), { code: 'SALESFORCE_ROW_LOCKED', message: `Order ${locked} UNABLE_TO_LOCK_ROW: locked` })
  t.match(refused.get(gone), { code: 'SALESFORCE_RECORD_DELETED' })
  t.equal(salesforce.record(first)?.Provisioning_Status__c, 'Activating')
  t.match(salesforce.calls, { collections: 1, total: 1 })
})

t.test('write reports what was provisioned, and clears an earlier error', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const fields = {
    Provisioning_Status__c: 'Failed',
    Provisioning_Error_Code__c: 'X',
    Provisioning_Error_Message__c: 'y',
  }
  const orderId = salesforce.addOrder({ fields })
  const itemId = (await orders.read([orderId], [], signal)).get(orderId)?.items[0]?.id ?? ''
  const report = { orderId, kind: 'provisioned', whmcsOrderId: '1001', serviceIds: { [itemId]: '2001' } } as const
  t.equal((await orders.write([report], [], signal)).refused.size, 0)
  t.match(salesforce.record(orderId), {
    Provisioning_Status__c: 'Provisioned',
    WHMCS_Order_ID__c: '1001',
    Provisioning_Error_Code__c: null,
    Provisioning_Error_Message__c: null,
    Last_Provisioning_At__c: NOW.toISOString(),
  })
  t.equal(salesforce.record(itemId)?.WHMCS_Service_ID__c, '2001')
})

t.test('write reports what failed, with the WHMCS order where one was made', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const [one, two] = [salesforce.addOrder(), salesforce.addOrder({ fields: { WHMCS_Order_ID__c: '7' } })]
  const failed = { kind: 'failed', code: 'WHMCS_ACCEPT_FAILED', message: 'no room' } as const
  await orders.write(
    [
      { ...failed, orderId: one, whmcsOrderId: '1001' },
      { ...failed, orderId: two },
    ],
    [],
    signal,
  )
  const shown = {
    Provisioning_Status__c: 'Failed',
    Provisioning_Error_Code__c: 'WHMCS_ACCEPT_FAILED',
    Provisioning_Error_Message__c: 'no room',
  }
  t.match(salesforce.record(one), { ...shown, WHMCS_Order_ID__c: '1001' })
  t.match(salesforce.record(two), { ...shown, WHMCS_Order_ID__c: '7' })
})

t.test('write cuts a message to what Salesforce holds, and no character in half', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const messages = ['x'.repeat(255), 'x'.repeat(256), `${'x'.repeat(253)}😀😀`, `${'x'.repeat(252)}😀😀`]
  const ids = messages.map(() => salesforce.addOrder())
  const reports = messages.map((message, i) => ({ orderId: ids[i] ?? '', kind: 'failed', code: 'X', message }) as const)
  t.equal((await orders.write(reports, [], signal)).refused.size, 0)
  t.same(
    ids.map((id) => salesforce.record(id)?.Provisioning_Error_Message__c),
    ['x'.repeat(255), `${'x'.repeat(254)}…`, `${'x'.repeat(253)}…`, `${'x'.repeat(252)}😀…`],
  )
})

t.test('write names the order of a service id that Salesforce refused', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const [one, two] = [salesforce.addOrder(), salesforce.addOrder()]
  const item = [...(await orders.read([one], [], signal)).values()][0]?.items[0]?.id ?? ''
  const fault = { on: 'collections', kind: 'record-error', recordId: item } as const
  salesforce.faults.push({ ...fault, statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'no' })
  const report = { kind: 'provisioned', whmcsOrderId: '1', serviceIds: {} } as const
  const { refused, unlinked } = await orders.write(
    [
      { ...report, orderId: one, serviceIds: { [item]: '9' } },
      { ...report, orderId: two },
    ],
    [],
    signal,
  )
  t.equal(refused.size, 0, 'both orders are written')
  t.same([...unlinked.keys()], [one])
  t.match(unlinked.get(one), { code: 'SALESFORCE_FIELD_REFUSED', message: `OrderItem ${item} FIELD_CUSTOM` })
})

t.test('write pauses nobody for order items that the login may not change, though it may for orders', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const ids = [salesforce.addOrder(), salesforce.addOrder()]
  const found = await orders.read(ids, [], signal)
  const reports = ids.map((orderId) => {
    const item = found.get(orderId)?.items[0]?.id ?? ''
    const fault = { on: 'collections', kind: 'record-error', recordId: item } as const
    salesforce.faults.push({ ...fault, statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', message: 'security settings' })
    return { orderId, kind: 'provisioned', whmcsOrderId: '1', serviceIds: { [item]: '9' } } as const
  })
  const { refused, unlinked } = await orders.write(reports, [], signal)
  t.equal(refused.size, 0)
  t.same(
    [...unlinked.values()].map(({ code }) => code),
    Array(2).fill('SALESFORCE_RECORD_FORBIDDEN'),
  )
})

t.test('findDeleted tells what lies in the recycle bin from what sharing hides', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const [there = '', deleted = '', hidden = '', gone = ''] = [1, 2, 3, 4].map(() => salesforce.addOrder())
  salesforce.remove(gone)
  salesforce.emptyRecycleBin()
  salesforce.remove(deleted)
  salesforce.hide(hidden)
  t.same([...(await orders.read([there, deleted, hidden, gone], [], signal)).keys()], [there])
  t.same([...(await orders.findDeleted([there, deleted, hidden, gone], [], signal))], [deleted])
  t.equal(salesforce.calls.total, 2)
})

t.test('findDeleted knows of nothing where it may not ask, and passes an outage on', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const id = salesforce.addOrder()
  salesforce.remove(id)
  for (const status of [400, 403, 404]) {
    const body = [{ errorCode: status === 404 ? 'NOT_FOUND' : 'INVALID_FIELD', message: 'no' }]
    salesforce.faults.push({ on: 'query', kind: 'status', status, body })
    t.equal((await orders.findDeleted([id], [], signal)).size, 0, `${status}`)
  }
  salesforce.faults.push({ on: 'query', kind: 'status', status: 503 })
  await t.rejects(orders.findDeleted([id], [], signal), { code: 'SALESFORCE_UNAVAILABLE' })
})

t.test('write needs two calls only beyond a thousand records', async (t) => {
  const { salesforce, orders, signal } = await createAdapter(t)
  const failed = { kind: 'failed', code: 'X', message: 'y' } as const
  const reports = (count: number) =>
    Array.from({ length: count }, () => ({ ...failed, orderId: salesforce.addOrder({ items: [] }) }))
  t.equal((await orders.write(reports(1_000), [], signal)).refused.size, 0)
  t.equal(salesforce.calls.total, 1)
  t.equal((await orders.write(reports(1_001), [], signal)).refused.size, 0)
  t.equal(salesforce.calls.total, 3)
})

t.test('orders asks nothing once it is told to stop, be it during the login', async (t) => {
  const { salesforce, orders } = await createAdapter(t)
  const stopped = AbortSignal.abort(new Error('the lease was lost'))
  await t.rejects(orders.read(['801000000000001AAA'], [], stopped), { message: 'the lease was lost' })
  const lease = new AbortController()
  salesforce.on('call', ({ kind }) => kind === 'oauth' && lease.abort(new Error('the lease was lost')))
  await t.rejects(orders.markActivating([salesforce.addOrder()], [], lease.signal), { message: 'the lease was lost' })
  t.match(salesforce.calls, { oauth: 1, total: 0 })
})
