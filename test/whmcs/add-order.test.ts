/** The wire form of AddOrder, from the mapping and the order as Salesforce has it. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { toProvisionRequest } from '../../src/domain/mapping/request.ts'
import type { OrderLine } from '../../src/domain/order.ts'
import { addParameters } from '../../src/whmcs/add-order.ts'
import { createMarker } from '../../src/whmcs/marker.ts'
import { serialized } from '../../src/whmcs/php.ts'
import { RICH, rulesOf } from '../helpers/mapping.ts'
import { createAdapter, provisionRequest } from '../helpers/whmcs.ts'
import { decodeForm, type PhpArray, text } from '../simulators/whmcs/php-form.ts'
import { decodeFields } from '../simulators/whmcs/php-serialize.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
const richOrder = () => toProvisionRequest(JSON.parse(fixture('mapping/rich-order.json')), rulesOf(RICH))
const customField = createMarker('custom-field', () => ({ 185: '12', 300: '13' }))
const line = (changes: Partial<OrderLine> = {}): OrderLine => {
  return { orderItemId: '802Ss0000044Aa1IAE', pid: '185', quantity: 1, billingCycle: 'monthly', ...changes }
}
const plain = { paymentMethod: 'mailin', invoices: 'none', mails: 'none' } as const

t.test('serialized writes what PHP itself writes', async (t) => {
  const vectors: [Record<string, string>, 'as texts' | 'as integers', string][] = [
    [{ 1: 'Google' }, 'as texts', 'a:1:{i:1;s:6:"Google";}'],
    [{ 1: '999' }, 'as integers', 'a:1:{i:1;i:999;}'],
    [{ 12: '東京' }, 'as texts', 'a:1:{i:12;s:6:"東京";}'],
    [{ 'a b': 'x"y;z' }, 'as texts', 'a:1:{s:3:"a b";s:5:"x"y;z";}'],
    [{ 12: '' }, 'as integers', 'a:1:{i:12;s:0:"";}'],
    [{ 7: '007', 8: '😀' }, 'as integers', 'a:2:{i:7;s:3:"007";i:8;s:4:"😀";}'],
  ]
  for (const [entries, numbers, expected] of vectors) {
    t.equal(Buffer.from(serialized(entries, numbers), 'base64').toString(), expected)
    t.same(decodeFields(serialized(entries, numbers)), entries)
  }
})

t.test('a rich order goes out as the fixture has it, in the words of the mapping beside it', async (t) => {
  const { orders, calls, whmcs, signal } = await createAdapter(t, { orders: { marker: customField } })
  whmcs.addProduct({ pid: 185 })
  await orders.add(richOrder(), signal)
  const sent = Object.entries(calls[0]?.params ?? {}).flatMap(([name, value]): [string, string][] =>
    Array.isArray(value) ? value.map((one, i) => [`${name}[${i}]`, String(one)]) : [[name, String(value)]],
  )
  const form = new URLSearchParams(sent.filter(([name]) => name !== 'identifier' && name !== 'secret'))
  t.equal(String(form), fixture('mapping/rich-request.txt').trim())
  t.same(whmcs.mistakes, [])
})

t.test('WHMCS finds at the index of each line what is that line’s', async (t) => {
  const params = decodeForm(fixture('mapping/rich-request.txt').trim())
  const at = (name: string, i: number) => {
    const array: PhpArray | string | undefined = params.get(name)
    return typeof array === 'object' ? text(array.get(String(i))) : undefined
  }
  t.same(
    [0, 1].map((i) => at('hostname', i)),
    ['münchen.example.com', ''],
  )
  t.same(
    [0, 1].map((i) => at('domain', i)),
    ['', 'example.com'],
  )
  t.same(
    [0, 1].map((i) => decodeFields(at('configoptions', i) ?? '')),
    [{ 12: '41' }, {}],
  )
  t.same(
    [0, 1].map((i) => decodeFields(at('customfields', i) ?? '')),
    [
      { 7: 'Jürgen Müller', 12: '801Ss00000Ab1CdIAJ:802Ss0000044Aa1IAE' },
      { 7: 'Jürgen Müller', 13: '801Ss00000Ab1CdIAJ:802Ss0000044Aa2IAE' },
    ],
  )
})

t.test('addParameters appends notes to the marker, and lets no other marker in', async (t) => {
  const marker = createMarker('notes', () => ({}))
  const notes = 'see sfOrderId=801Ss00000Zz9YyIAJ and SFORDERID = x'
  const { notes: sent } = addParameters(provisionRequest({ parameters: { notes } }), { ...plain, marker })
  t.equal(sent, 'sfOrderId=801Ss00000Ab1CdIAJ\nsee sfOrderId:801Ss00000Zz9YyIAJ and sfOrderId: x')
  t.same(marker.ordersOf({ notes: sent }), ['801Ss00000Ab1CdIAJ'])
})

t.test(
  'addParameters refuses an order of which PHP would drop a part, and a marker that the mapping overwrites',
  async (t) => {
    const lines = Array.from({ length: 250 }, () => line({ parameters: { hostname: 'h' } }))
    const marker = createMarker('none', () => ({}))
    t.throws(() => addParameters(provisionRequest({ lines }), { ...plain, marker }), { code: 'ORDER_TOO_LARGE' })
    t.ok(addParameters(provisionRequest({ lines: lines.slice(10) }), { ...plain, marker }))
    const taken = provisionRequest({ lines: [line({ customfields: { 12: 'mine' } })] })
    t.throws(() => addParameters(taken, { ...plain, marker: customField }), {
      code: 'MARKER_FIELD_MISSING',
      message: /field 12/,
    })
  },
)

t.test('what the order says of invoice and mails wins over the settings', async (t) => {
  const marker = createMarker('none', () => ({}))
  const flags = (request: Parameters<typeof provisionRequest>[0], invoices: 'none' | 'create' = 'none') => {
    const { noinvoice, noemail, noinvoiceemail, promooverride } = addParameters(provisionRequest(request), {
      ...{ ...plain, marker, invoices },
    })
    return [noinvoice, noemail, noinvoiceemail, promooverride]
  }
  t.same(flags({}), [1, 1, 1, undefined])
  t.same(flags({ parameters: { noemail: '0', promooverride: '1' }, invoice: { mode: 'create' } }), [
    undefined,
    undefined,
    1,
    1,
  ])
  t.same(flags({ invoice: { mode: 'none' } }, 'create'), [1, 1, 1, undefined])
})

t.test('accept says what the mapping says of it, and never less than whether the modules run', async (t) => {
  const { orders, calls, signal } = await createAdapter(t)
  const { whmcsOrderId } = await orders.add(provisionRequest(), signal)
  const request = provisionRequest({
    accept: { serverid: '3', sendemail: '1', autosetup: '1', serviceusername: 'bob' },
  })
  await orders.accept({ whmcsOrderId, request, modules: 'leave' }, signal)
  const accepted = calls.find(({ action }) => action === 'AcceptOrder')?.params
  t.match(accepted, { serverid: '3', sendemail: '1', autosetup: '0', serviceusername: 'bob' })
})

t.test('a payment method that the order names itself stops that order alone', async (t) => {
  const { orders, signal } = await createAdapter(t)
  const own = provisionRequest({ parameters: { paymentmethod: 'cheque' } })
  await t.rejects(orders.add(own, signal), {
    code: 'WHMCS_ORDER_REFUSED',
    message: "Order 801Ss00000Ab1CdIAJ: paymentmethod 'cheque' is refused. AddOrder: Invalid Payment Method",
  })
  const { orders: others } = await createAdapter(t, { orders: { paymentMethod: 'cheque' } })
  await t.rejects(others.add(provisionRequest(), signal), { code: 'WHMCS_PAYMENT_METHOD' })
})

t.test('currencyOf asks once, and again after ten minutes at the earliest', async (t) => {
  const { orders, whmcs, signal } = await createAdapter(t)
  whmcs.addClient({ id: 31, currency: 'EUR' })
  t.equal(await orders.currencyOf('31', signal), 'EUR')
  t.equal(await orders.currencyOf('31', signal), 'EUR')
  t.equal(whmcs.calls.GetClientsDetails, 1)
  whmcs.anyClient = false
  t.equal(await orders.currencyOf('32', signal), undefined, 'AddOrder will say that there is none')
})
