import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createWorld } from '../helpers/service.ts'

t.test('soapstone contract --org ends with 1 when the organisation has drifted away, and with 0 else', async (t) => {
  const { settings, salesforce } = await createWorld(t)
  const same = await soapstone(['contract', '--org'], settings)
  t.match(same, {
    code: 0,
    err: '',
    out: /^order {2}Order {2}.*\n.*message {2}Soapstone -> https:.*\n.*active\n {2}no difference\n$/,
  })
  salesforce.setup.invisible.add('Order.TotalAmount')
  const drifted = await soapstone(['contract', 'order', '--org'], settings)
  t.match(drifted, { code: 1, out: /^ {2}removed {2}TotalAmount double: not there any more/m })
  const json = await soapstone(['contract', '--org', '--json'], settings)
  t.equal(json.code, 1)
  t.match(JSON.parse(json.out), {
    drift: true,
    contracts: [{ endpoint: 'order', removed: [{ field: 'TotalAmount', type: 'double' }], retyped: [] }],
  })
})

t.test('soapstone contract compares with one thing at a time, and with endpoints that there are', async (t) => {
  const { settings } = await createWorld(t)
  t.match(await soapstone(['contract', '--org', '--compare', 'x.wsdl'], settings), {
    code: 2,
    err: /cannot be used with/,
  })
  t.match(await soapstone(['contract', 'invoice', '--org'], settings), { err: /there is no endpoint invoice/ })
})
