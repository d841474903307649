/** What was asked and answered is kept with the attempt, as long as the setting says. */
import t from 'tap'
import { forgetDetailsAfter } from '../../src/ledger/work/details.ts'
import { showNotification } from '../../src/operations/show.ts'
import { openLedger } from '../../src/service/operations.ts'
import { soapstone } from '../helpers/cli.ts'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.test('the request to WHMCS and its answer, and the words of Salesforce, are kept with their attempts', async (t) => {
  const world = await createService(t)
  const { salesforce, endpoint, databaseUrl } = world
  const look = createLook(t, world)
  const ledger = await openLedger(databaseUrl, 'soapstone test')
  t.teardown(ledger.close)
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  await look.settled(1)
  const { attempts } = await showNotification(ledger, { id: orderId, organizationId: undefined })
  const provision = attempts.find(({ step }) => step === 'provision')
  const exchanges = Array.isArray(provision?.exchanges) ? provision.exchanges : []
  const added = exchanges.find(({ action }) => action === 'AddOrder')
  t.match(added, { asked: { clientid: String, pid: Array }, answered: { result: 'success', orderid: String } })
  t.notMatch(JSON.stringify(exchanges), new RegExp(world.settings.WHMCS_SECRET ?? 'there is one'))
  t.equal(attempts.find(({ step }) => step === 'callback')?.exchanges, undefined, 'nothing was refused')
  const { out } = await soapstone(['show', orderId], world.settings)
  t.match(out, /^\d+ asked AddOrder: \{.*"clientid":/m)
  t.match(out, /^\d+ answered AddOrder: \{.*"result":"success"/m)

  t.equal(await forgetDetailsAfter(look.pool, 30), 0)
  await look.pool.query("update ledger.attempt_detail set kept_at = now() - interval '31 days'")
  t.equal(await forgetDetailsAfter(look.pool, 30), 1)
})

t.test('the words of Salesforce are kept as they came', async (t) => {
  const world = await createService(t)
  const { salesforce, endpoint, databaseUrl } = world
  const ledger = await openLedger(databaseUrl, 'soapstone test')
  t.teardown(ledger.close)
  const orderId = salesforce.addOrder()
  salesforce.faults.push({
    ...{ on: 'collections', kind: 'record-error', times: Number.POSITIVE_INFINITY },
    ...{ statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'not in this month' },
  })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const { attempts } = await until(async () => {
    const shown = await ledger.find(orderId, undefined)
    return shown?.attempts.some(({ exchanges }) => exchanges !== undefined) ? shown : undefined
  }, 'an attempt with what Salesforce said')
  t.match(JSON.stringify(attempts.map((one) => one.exchanges)), /FIELD_CUSTOM_VALIDATION_EXCEPTION.*not in this month/)
})
