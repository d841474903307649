import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { mappingFile } from '../helpers/mapping.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

const WRITE_BACK = {
  Order: {
    ...{ WHMCS_Number__c: 'whmcsOrderNumber', Invoice__c: 'invoiceId', Invoice_Status__c: 'invoiceStatus' },
    ...{ Domain__c: 'domain', Services__c: 'serviceIds', Mapping__c: 'mapping', Last_Provisioning_At__c: '' },
  },
  OrderItem: { Service_Domain__c: 'domain', Service_Status__c: 'serviceStatus' },
  Account: { Client__c: 'whmcsClientId' },
}

async function build(t: Parameters<typeof createLook>[0], mapping: object) {
  const world = await createService(t, { MAPPING_FILE: mappingFile(t, mapping) })
  return { ...world, look: createLook(t, world) }
}

for (const fault of ['none', 'lost-reply', 'html-500', 'reset'] as const) {
  t.test(`an invoice is paid once by the transaction of the order, before it is accepted: ${fault}`, async (t) => {
    const invoice = { mode: 'created-and-paid', transactionId: 'Order.Payment__c', gateway: 'stripe' }
    const { salesforce, whmcs, endpoint, look } = await build(t, { invoice })
    if (fault !== 'none') whmcs.faults.push({ on: 'AddInvoicePayment', kind: fault })
    const orderId = salesforce.addOrder({ fields: { Payment__c: 'pi_0042' } })
    await salesforce.send({ endpoint, orderIds: [orderId] })
    await look.once(t, orderId)
    t.match(whmcs.invoices(), [{ status: 'Paid', payments: [{ transid: 'pi_0042', gateway: 'stripe' }] }])
    t.equal(whmcs.invoices()[0]?.payments.length, 1)
  })
}

t.test('a payment that settled another invoice, or none at all, is refused by name', async (t) => {
  const invoice = { mode: 'created-and-paid', transactionId: 'Order.Payment__c' }
  const { salesforce, endpoint, look } = await build(t, { invoice })
  const order = (payment: string | null) => salesforce.addOrder({ fields: { Payment__c: payment } })
  const first = order('pi_1')
  await salesforce.send({ endpoint, orderIds: [first] })
  await look.once(t, first)
  const [used, none] = [order('pi_1'), order(null)]
  await salesforce.send({ endpoint, orderIds: [used, none] })
  t.match(await look.order(used, 'Failed'), {
    Provisioning_Error_Code__c: 'PAYMENT_USED',
    Provisioning_Error_Message__c: /can't be paid by transaction pi_1: it paid invoice \d+/,
  })
  t.match(await look.order(none, 'Failed'), { Provisioning_Error_Code__c: 'PAYMENT_UNKNOWN' })
})

t.test(
  'an order waits for its payment, is accepted when it is paid, and Salesforce gets what the mapping names',
  async (t) => {
    const mapping = { invoice: 'wait-for-payment', writeBack: WRITE_BACK, line: { domain: 'OrderItem.Host__c' } }
    const { salesforce, whmcs, endpoint, look } = await build(t, mapping)
    const accountId = salesforce.addAccount({ WHMCS_Client_ID__c: '31', Client__c: null })
    const items = [
      {
        productId: salesforce.addProduct(),
        fields: { Host__c: 'a.example.com', Service_Domain__c: null, Service_Status__c: null },
      },
    ]
    // What the organisation has.
    const fields = Object.fromEntries(Object.keys(WRITE_BACK.Order).map((name) => [name, null]))
    const orderId = salesforce.addOrder({ accountId, items, fields })
    await salesforce.send({ endpoint, orderIds: [orderId] })
    const waits = () => look.pool.query(`select message from ledger.attempt where code = 'INVOICE_OPEN'`)
    await until(async () => ((await waits()).rowCount ?? 0) >= 2, 'two looks at the invoice')
    t.match((await waits()).rows[0]?.message, /Invoice \d+ is Unpaid/)
    const [made] = whmcs.ordersFor(orderId)
    t.equal(made?.status, 'Pending')
    t.equal(whmcs.calls.AcceptOrder, 0)
    whmcs.setInvoice(made?.invoiceId ?? 0, 'Paid')
    await look.once(t, orderId)
    const record = salesforce.record(orderId)
    t.match(record, {
      ...{ WHMCS_Number__c: String(made?.ordernum), Invoice__c: String(made?.invoiceId), Invoice_Status__c: 'Paid' },
      ...{ Domain__c: 'a.example.com', Services__c: String(made?.services[0]?.id), Mapping__c: /^[0-9a-f]{12} since / },
    })
    t.equal(record?.Last_Provisioning_At__c ?? null, null, 'the mapping says that it is not written')
    const [itemId = ''] = salesforce.itemsOf(orderId)
    t.match(salesforce.record(itemId), { Service_Domain__c: 'a.example.com', Service_Status__c: 'Active' })
    t.equal(salesforce.record(accountId)?.Client__c, '31')
  },
)

t.test('an invoice that was cancelled ends the wait', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, { invoice: { mode: 'wait-for-payment' } })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const [made] = await until(() => (whmcs.ordersFor(orderId).length > 0 ? whmcs.ordersFor(orderId) : undefined), 'it')
  whmcs.setInvoice(made?.invoiceId ?? 0, 'Cancelled')
  t.match(await look.order(orderId, 'Failed'), { Provisioning_Error_Code__c: 'INVOICE_ENDED' })
})
