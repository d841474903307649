import t from 'tap'
import { checkLink } from '../../src/portal/link.ts'
import { soapstone } from '../helpers/cli.ts'

const ORDER = '801000000000001AAA'
const SETTINGS = { PORTAL_LINK_SECRET: 'a secret for links of customers', PUBLIC_URL: 'https://soap.acme.test' }

t.test('soapstone link makes a link that opens this order, until it expires', async (t) => {
  const before = Math.floor(Date.now() / 1_000)
  const { code, out, err } = await soapstone(['link', ORDER.slice(0, 15), '--expires', '2h'], SETTINGS)
  t.same({ code, err }, { code: 0, err: '' })
  const url = new URL(out.trim())
  t.equal(url.origin + url.pathname, `https://soap.acme.test/orders/${ORDER}`)
  const query = Object.fromEntries(url.searchParams)
  const expires = Number(query.expires)
  t.ok(expires >= before + 7_200 && expires <= before + 7_260)
  const at = (seconds: number) => checkLink(ORDER, query, SETTINGS.PORTAL_LINK_SECRET, new Date(seconds * 1_000))
  t.same([at(expires - 1), at(expires)], ['right', 'expired'])
})

t.test('soapstone link says the same as JSON, for an hour where nothing else is said', async (t) => {
  const { out } = await soapstone(['link', ORDER, '--json'], { PORTAL_LINK_SECRET: SETTINGS.PORTAL_LINK_SECRET })
  const { orderId, url, expiresAt } = JSON.parse(out)
  t.equal(orderId, ORDER)
  t.match(url, /^http:\/\/127\.0\.0\.1:8080\/orders\/801000000000001AAA\?expires=\d+&signature=[0-9a-f]{64}$/)
  t.equal(Math.floor(Date.parse(expiresAt) / 1_000), Number(new URL(url).searchParams.get('expires')))
})

t.test('soapstone link refuses what is no id', async (t) => {
  t.match(await soapstone(['link', '801'], SETTINGS), { code: 2, err: /^soapstone: '801' is not the id of an order/ })
})

t.test('soapstone link says when there is nothing to sign with', async (t) => {
  t.match(await soapstone(['link', ORDER]), { code: 1, err: /PORTAL_LINK_SECRET is unset/ })
})
