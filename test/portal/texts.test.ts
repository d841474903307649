import t from 'tap'
import { CODES } from '../../src/domain/codes.ts'
import { ORDER_STATUSES, type OrderStatus, type OrderStatusName } from '../../src/domain/order-status.ts'
import { chooseLanguage } from '../../src/portal/languages.ts'
import { createTexts } from '../../src/portal/texts.ts'

const order = (status: OrderStatusName, code?: string): OrderStatus => ({
  orderId: '801000000000001AAA',
  status,
  settled: true,
  ...(code !== undefined && { failure: { code, message: 'Product2 01t: is empty: which WHMCS product is it?' } }),
  updatedAt: new Date(0),
})

t.test('whatever happens to an order, a customer reads a sentence that names nothing of ours', async (t) => {
  const texts = createTexts()
  for (const status of ORDER_STATUSES) {
    for (const code of [undefined, 'A_CODE_OF_TOMORROW', ...Object.keys(CODES)]) {
      const message = texts.messageFor(order(status, code), 'en')
      t.match(message, /^[A-Z].{20,}\.$/, `${status} ${code}`)
      t.notMatch(message, /[A-Z]+_[A-Z]+|WHMCS|Salesforce|Soapstone|Postgres|Product2|replay|dead letter/i)
    }
  }
})

t.test('each code that ends an order has a text of its own', async (t) => {
  const texts = createTexts()
  const general = texts.messageFor(order('Failed'), 'en')
  const final = Object.entries(CODES).filter(([, kind]) => kind.class === 'permanent')
  t.ok(final.length > 20)
  t.same(
    final.map(([code]) => code).filter((code) => texts.messageFor(order('Failed', code), 'en') === general),
    [],
  )
})

t.test('own texts come first, by code, then by status; what they lack is ours', async (t) => {
  const texts = createTexts({ de: { Failed: 'Fehler.', PRODUCT_UNMAPPED: 'Produkt.' }, en: {} })
  t.equal(texts.messageFor(order('Failed', 'PRODUCT_UNMAPPED'), 'de'), 'Produkt.')
  t.equal(texts.messageFor(order('Failed', 'ORDER_EMPTY'), 'de'), 'Fehler.', 'rather than English')
  t.match(texts.messageFor(order('Provisioned'), 'de'), /ready/)
  t.match(texts.messageFor(order('Failed', 'ORDER_EMPTY'), 'en'), /holds no products/)
  t.not(texts.edition, createTexts().edition)
  t.same([texts.choose('fr, de-AT;q=0.5'), texts.choose(undefined), texts.choose('fr')], ['de', 'de', 'de'])
})

t.test('chooseLanguage takes what is wanted most of what there is', async (t) => {
  const cases: [string | undefined, string][] = [
    ['de', 'de'],
    ['de-AT,en;q=0.9', 'de'],
    ['en;q=0.2, pt;q=0.7', 'pt-BR'],
    ['fr;q=1, de;q=0.1', 'de'],
    ['de;q=0, pt', 'pt-BR'],
    ['*', 'en'],
    ['fr', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    [';;,=', 'en'],
    ['DE', 'de'],
  ]
  for (const [accepted, expected] of cases) {
    t.equal(chooseLanguage(accepted, ['en', 'de', 'pt-BR']), expected, String(accepted))
  }
})
