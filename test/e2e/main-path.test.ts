import t from 'tap'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.test('an order is provisioned from a message without a session', async (t) => {
  const { salesforce, whmcs, endpoint } = await createService(t)
  const orderId = salesforce.addOrder()
  const delivery = await salesforce.send({ endpoint, orderIds: [orderId] })
  t.equal(delivery.acked, true)
  const order = await until(() => {
    const record = salesforce.record(orderId)
    return record?.Provisioning_Status__c === 'Provisioned' ? record : undefined
  }, 'Provisioned')
  const [whmcsOrder, ...more] = whmcs.ordersFor(orderId)
  t.same(more, [])
  t.equal(order.WHMCS_Order_ID__c, String(whmcsOrder?.id))
  t.equal(whmcsOrder?.status, 'Active')
})
