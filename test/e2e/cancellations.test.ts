import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createLook } from '../helpers/look.ts'
import { mappingFile } from '../helpers/mapping.ts'
import { salesforceId } from '../helpers/messages.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

async function build(t: Parameters<typeof createLook>[0], mapping: object) {
  const world = await createService(t, { MAPPING_FILE: mappingFile(t, mapping), WHMCS_TIMEOUT: '1s' })
  const { salesforce, endpoint } = world
  const look = createLook(t, world)
  const send = async (orderId: string) => void (await salesforce.send({ endpoint, orderIds: [orderId] }))
  const provisioned = async () => {
    const orderId = salesforce.addOrder()
    await send(orderId)
    await look.once(t, orderId)
    return orderId
  }
  const withdraw = async (orderId: string) => {
    salesforce.update(orderId, { Status: 'Cancelled' })
    await send(orderId)
  }
  const said = (orderId: string, status: string) =>
    until(() => salesforce.record(orderId)?.Provisioning_Status__c === status, `order ${orderId} ${status}`)
  return { ...world, look, send, provisioned, withdraw, said }
}

const NONE = 'none'
for (const fault of [NONE, 'lost-reply', 'html-500', 'reset', 'hang-before'] as const) {
  t.test(`an order that is cancelled in Salesforce ends in WHMCS, its service terminated once: ${fault}`, async (t) => {
    const { salesforce, whmcs, endpoint, provisioned, withdraw, said, look } = await build(t, {
      ...{ cancellations: 'cancel', cancelBy: 'terminate' },
    })
    const orderId = await provisioned()
    if (fault !== NONE) whmcs.faults.push({ on: 'ModuleTerminate', kind: fault })
    salesforce.autoNotify = { endpoint }
    await withdraw(orderId)
    await said(orderId, 'Cancelled')
    const [order] = whmcs.ordersFor(orderId)
    t.match(order?.services, [{ status: 'Terminated' }])
    t.equal(whmcs.terminations(order?.services[0]?.id ?? 0), 1)
    // The echo of what was written finds it done.
    const rows = await look.settled(3)
    t.same(
      rows.map(({ state }) => state),
      ['completed', 'completed', 'completed'],
    )
    t.equal(whmcs.calls.AddOrder, 1)
  })
}

t.test('a service may end by a request of WHMCS, and a second one is none', async (t) => {
  const { whmcs, provisioned, withdraw, said, send } = await build(t, {
    ...{ cancellations: 'cancel', cancelBy: 'request-at-end' },
  })
  const orderId = await provisioned()
  whmcs.faults.push({ on: 'AddCancelRequest', kind: 'lost-reply' })
  await withdraw(orderId)
  await said(orderId, 'Cancelled')
  const service = whmcs.ordersFor(orderId)[0]?.services[0]?.id ?? 0
  t.equal(whmcs.cancelRequest(service), 'End of Billing Period')
  t.equal(whmcs.calls.AddCancelRequest, 2)
  await send(orderId)
  t.equal(whmcs.calls.AddCancelRequest, 2)
})

t.test('an order that is cancelled before it was accepted is cancelled in WHMCS', async (t) => {
  const { salesforce, whmcs, send, withdraw, said } = await build(t, {
    cancellations: 'cancel',
    invoice: 'wait-for-payment',
  })
  const orderId = salesforce.addOrder()
  await send(orderId)
  await until(() => whmcs.ordersFor(orderId).length === 1, 'the order in WHMCS')
  await withdraw(orderId)
  await said(orderId, 'Cancelled')
  t.match(whmcs.ordersFor(orderId), [{ status: 'Cancelled', services: [{ status: 'Cancelled' }] }])
  t.equal(whmcs.calls.AcceptOrder, 0)
})

t.test('where a person is asked, nothing ends before they agree', async (t) => {
  const { whmcs, settings, provisioned, withdraw, said, look, salesforce, endpoint } = await build(t, {
    ...{ cancellations: 'ask', cancelBy: 'terminate' },
  })
  const [cancelled, left] = [await provisioned(), await provisioned()]
  salesforce.autoNotify = { endpoint }
  await withdraw(cancelled)
  await withdraw(left)
  await said(cancelled, 'Failed')
  await said(left, 'Failed')
  t.equal(salesforce.record(cancelled)?.Provisioning_Error_Code__c, 'ORDER_CANCELLED')
  t.match(
    salesforce.record(cancelled)?.Provisioning_Error_Message__c,
    /is 'Cancelled' in Salesforce, and is in WHMCS as order/,
  )
  t.equal(whmcs.calls.ModuleTerminate, 0)
  const people = (...args: string[]) => soapstone(args, settings)
  t.match(await people('dismiss', left, '--reason', 'the customer keeps it'), { code: 0 })
  t.match(await people('cancel', left, '--reason', 'after all'), {
    code: 1,
    err: /no dead letter of a cancelled order/,
  })
  t.match(await people('cancel', cancelled, '--reason', 'agreed with Ann'), { code: 0, out: /goes back to work/ })
  await said(cancelled, 'Cancelled')
  t.match(whmcs.ordersFor(cancelled)[0]?.services, [{ status: 'Terminated' }])
  t.match(whmcs.ordersFor(left)[0]?.services, [{ status: 'Active' }])
  const { rows } = await look.pool.query(`select act, reason from ledger.audit where reason = 'agreed with Ann'`)
  t.match(rows, [{ reason: 'agreed with Ann' }])
})

t.test('an order that is approved again after it was cancelled is not provisioned anew', async (t) => {
  const { salesforce, whmcs, provisioned, withdraw, said, send } = await build(t, {
    cancellations: 'cancel',
    cancelBy: 'terminate',
  })
  const orderId = await provisioned()
  await withdraw(orderId)
  await said(orderId, 'Cancelled')
  salesforce.update(orderId, { Status: 'Activated' })
  await send(orderId)
  await said(orderId, 'Failed')
  t.equal(salesforce.record(orderId)?.Provisioning_Error_Code__c, 'ORDER_REVIVED')
  t.equal(whmcs.calls.AddOrder, 1)
})

/** As Salesforce sends the row that the package leaves for a deleted order. */
function tombstone(organizationId: string, recordId: string): string {
  const org = `<OrganizationId>${organizationId}</OrganizationId><ActionId>${salesforceId('04k', 7)}</ActionId>`
  const at = 'https://acme.my.salesforce.com/services/Soap'
  const urls = `<EnterpriseUrl>${at}/c/67.0/${organizationId.slice(0, 15)}</EnterpriseUrl><PartnerUrl>${at}/u/67.0/${organizationId.slice(0, 15)}</PartnerUrl>`
  const fields = `<sf:Id>${salesforceId('a00', 7)}</sf:Id><sf:Object_Name__c>Order</sf:Object_Name__c><sf:Record_Id__c>${recordId}</sf:Record_Id__c>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">${org}<SessionId xsi:nil="true"/>${urls}
<Notification><Id>${salesforceId('04l', 7)}</Id><sObject xsi:type="sf:Soapstone_Tombstone__c" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${fields}</sObject></Notification>
</notifications></soapenv:Body></soapenv:Envelope>`
}

for (const bin of ['in the recycle bin', 'gone for good'] as const) {
  t.test(`an order that was deleted in Salesforce ends in the same place: ${bin}`, async (t) => {
    const { salesforce, whmcs, service, settings, provisioned, look } = await build(t, {
      ...{ cancellations: 'cancel', cancelBy: 'terminate' },
    })
    const orderId = await provisioned()
    salesforce.remove(orderId)
    if (bin === 'gone for good') salesforce.emptyRecycleBin()
    const response = await fetch(`${service.url}/outbound-messages/tombstone`, {
      ...{ method: 'POST', headers: { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""' } },
      body: tombstone(salesforce.organizationId, orderId),
    })
    t.match(await response.text(), /<Ack>true<\/Ack>/)
    if (bin === 'gone for good') {
      // That it can not be found is no proof: a person has to agree.
      const dead = async () => (await look.rows()).find(({ error_code }) => error_code === 'ORDER_CANCELLED')
      await until(async () => (await dead())?.state === 'dead', 'the dead letter')
      t.equal(whmcs.calls.ModuleTerminate, 0)
      t.match(await soapstone(['cancel', orderId, '--reason', 'it was deleted'], settings), { code: 0 })
    }
    await until(() => whmcs.ordersFor(orderId)[0]?.services[0]?.status === 'Terminated', 'the end of the service')
    t.same(
      (await look.settled(2)).map(({ state }) => state),
      ['completed', 'completed'],
    )
  })
}

t.test('by default an order that is cancelled in Salesforce is let be', async (t) => {
  const { whmcs, provisioned, withdraw, look } = await build(t, {})
  const orderId = await provisioned()
  await withdraw(orderId)
  t.same(
    (await look.settled(2)).map(({ state }) => state),
    ['completed', 'completed'],
  )
  t.match(whmcs.ordersFor(orderId)[0]?.services, [{ status: 'Active' }])
})

t.test('an order that changes what is there goes to a person, and not to WHMCS', async (t) => {
  const { salesforce, whmcs, send, said } = await build(t, {
    changeWhen: [{ field: 'Order.Type', in: ['Amendment', 'Upgrade'] }],
  })
  const orderId = salesforce.addOrder({ fields: { Type: 'Upgrade' } })
  await send(orderId)
  await said(orderId, 'Failed')
  t.equal(salesforce.record(orderId)?.Provisioning_Error_Code__c, 'ORDER_IS_CHANGE')
  t.equal(whmcs.calls.total, 0)
})

t.test('an order that could not be accepted is reported once, whatever echoes the report', async (t) => {
  const { salesforce, whmcs, endpoint, send, said, look } = await build(t, {})
  whmcs.addProduct({ pid: 185, module: 'fails' })
  salesforce.autoNotify = { endpoint }
  const orderId = salesforce.addOrder()
  await send(orderId)
  await said(orderId, 'Failed')
  const ended = await until(async () => {
    const rows = await look.rows()
    const open = rows.some(({ state }) => state === 'pending' || state === 'working')
    return !open && rows.some(({ error_code: code }) => code === 'OWN_REPORT') ? rows : undefined
  }, 'the echo')
  t.equal(ended.filter(({ state }) => state === 'dead').length, 1)
  t.same(
    ended.filter(({ error_code: code }) => code === 'ORDER_WITHDRAWN'),
    [],
  )
})
