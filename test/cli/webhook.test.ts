import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createBench } from '../helpers/ledger.ts'
import { startReceiver } from '../helpers/receiver.ts'

const bench = await createBench(t)
const variables = { DATABASE_URL: bench.url, WEBHOOK_ALLOW_PRIVATE: 'true' }
const run = (...args: string[]) => soapstone(['webhook', ...args], variables)
const URL = 'https://hooks.example.com/in'
const add = async (url: string, ...more: string[]) =>
  JSON.parse((await run('add', url, '--types', 'order.failed', '--json', ...more)).out)

t.test('webhook add shows the secret once, in words and as JSON', async (t) => {
  const { code, out } = await run('add', URL, '--types', 'order.failed,stage.paused')
  t.equal(code, 0)
  t.match(
    out,
    /^whsec_[A-Za-z0-9+/=]{44}\nwebhook whk_\w{12} signs with it what is sent to https:.*It is not shown again\.\n$/,
  )
  const json = await add(URL)
  t.same(Object.keys(json), ['id', 'url', 'types', 'secret'])
  t.match(json, { url: URL, types: ['order.failed'], secret: /^whsec_/ })
})

t.test('webhook test sends an event, and says what was answered', async (t) => {
  const receiver = await startReceiver(t)
  const { id, secret } = await add(`${receiver.url}/in`)
  receiver.trust(secret)
  t.match(await run('test', id), { code: 0, out: 'delivered: answered 204\n' })
  t.match(receiver.received, [{ type: 'webhook.test', data: { webhookId: id } }])
  receiver.answer(500)
  const failed = await run('test', id, '--json')
  t.equal(failed.code, 1)
  const delivery = JSON.parse(failed.out)
  t.match(delivery, { type: 'webhook.test', attempt: 1, state: 'failed', status: 500, error: 'answered 500' })
  t.match(JSON.parse((await run('deliveries', id, '--json')).out), [{ id: delivery.id }, { state: 'delivered' }])
  t.match(await run('redeliver', delivery.id), { code: 0, out: /is sent again/ })
  t.match(JSON.parse((await run('deliveries', id, '--state', 'waiting', '--json')).out), [{ id: delivery.id }])
})

t.test('webhook rotate, list and remove', async (t) => {
  const { id, secret } = await add(URL, '--filter', 'step=provision', 'code=X', '--description', 'for the team')
  const rotated = JSON.parse((await run('rotate', id, '--overlap', '1h', '--json')).out)
  t.match(rotated, { id, secret: /^whsec_/ })
  t.not(rotated.secret, secret)
  const { out } = await run('list')
  t.match(
    out,
    new RegExp(`^${id} +active +order.failed +code=X step=provision +https://hooks.example.com +for the team`, 'm'),
  )
  const listed = await run('list', '--json')
  t.match(JSON.parse(listed.out)[0], { id, url: URL, filter: { step: 'provision', code: 'X' }, state: 'active' })
  t.notMatch(out + listed.out, /whsec_/)
  t.match(await run('remove', id), { code: 0, out: `webhook ${id} is removed\n` })
  t.notMatch((await run('list')).out, id)
})

t.test('webhook says what it can not do', async (t) => {
  const cases: [string[], number, RegExp][] = [
    [['add', 'nowhere', '--types', 'order.failed'], 2, /url: it is not a URL/],
    [['add', 'ftp://x', '--types', 'order.failed'], 2, /url: it must begin with https/],
    [['add', 'https://a:b@x', '--types', 'order.failed'], 2, /must not have a user/],
    [['add', URL, '--types', 'order.lost'], 2, /types: there is no 'order.lost': use order.activating, /],
    [['add', URL, '--types', 'order.failed', '--filter', 'step'], 2, /--filter: 'step' is not a field and its value/],
    [['add', URL, '--types', 'order.failed', '--filter', '=step'], 2, /--filter: '=step' is not a field and its value/],
    [['test', 'whk_none'], 1, /there is no webhook whk_none/],
    [['redeliver', 'x'], 1, /there is no delivery x/],
    [['rotate', 'whk_none', '--overlap', 'soon'], 2, /overlap: 'soon' is not a time/],
    [['deliveries', 'whk_none', '--state', 'lost'], 2, /state: use one of waiting, delivered, failed/],
  ]
  for (const [args, code, err] of cases) t.match(await run(...args), { code, out: '', err }, args.join(' '))
})

t.test('webhook add refuses addresses of our own network, unless they are allowed', async (t) => {
  const strict = (url: string) =>
    soapstone(['webhook', 'add', url, '--types', 'order.failed'], { DATABASE_URL: bench.url })
  for (const url of [
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://2130706433/',
    'https://169.254.169.254/',
  ])
    t.match(await strict(url), { code: 2, err: /is not in the open internet: only with WEBHOOK_ALLOW_PRIVATE/ }, url)
  t.match(await strict('http://hooks.example.com/'), { code: 2, err: /must begin with https/ })
})
