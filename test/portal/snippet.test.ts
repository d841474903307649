/** What fixtures/portal gives to pages, with the clock and the line in the hands of the test. */
import { mock } from 'node:test'
import t, { type Test } from 'tap'

const { watchOrder } = await import(new URL('../../fixtures/portal/order-status.js', import.meta.url).href)

const LINK = 'https://soapstone.test/orders/801000000000001AAA?expires=1&signature=2'
const order = (status: string) => ({ orderId: '801000000000001AAA', status, message: 'm', updatedAt: 'x' })

type Reply = { status: number; body?: unknown; retryAfter?: string } | 'broken'

function build(t: Test, replies: Reply[], more: object = {}) {
  const asked: { url: string; headers: unknown }[] = []
  const told: string[] = []
  const problems: string[] = []
  const timers = mock.timers
  timers.enable({ apis: ['setTimeout'] })
  const random = mock.method(Math, 'random', () => 0.5)
  const fetched = mock.method(globalThis, 'fetch', async (url: string, { headers }: { headers?: unknown }) => {
    asked.push({ url, headers })
    const reply = replies[asked.length - 1] ?? replies.at(-1)
    if (reply === undefined || reply === 'broken') throw new Error('broken')
    const { status, body, retryAfter } = reply
    return new Response(JSON.stringify(body ?? {}), {
      status,
      ...(retryAfter && { headers: { 'retry-after': retryAfter } }),
    })
  })
  t.teardown(() => {
    timers.reset()
    random.mock.restore()
    fetched.mock.restore()
  })
  const end = watchOrder({
    url: LINK,
    onStatus: ({ status }: { status: string }) => told.push(status),
    onProblem: (problem: string) => problems.push(problem),
    ...more,
  })
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const pass = async (ms: number) => {
    timers.tick(ms)
    for (let i = 0; i < 5; i++) await settle()
  }
  return { asked, told, problems, end, pass }
}

t.test('a page asks every five seconds, tells each change, and ends with the last', async (t) => {
  const [working, done] = [order('Activating'), order('Provisioned')]
  const { asked, told, pass } = build(t, [
    { status: 200, body: working },
    { status: 200, body: working },
    { status: 200, body: done },
  ])
  await pass(0)
  t.same(told, ['Activating'])
  await pass(4_999)
  t.equal(asked.length, 1)
  await pass(1)
  await pass(5_000)
  t.same(told, ['Activating', 'Provisioned'])
  await pass(600_000)
  t.equal(asked.length, 3)
})

t.test('a page asks less and less often while nobody answers, and as late as it is told', async (t) => {
  const away = { status: 503, retryAfter: '30' }
  const { asked, told, problems, pass } = build(t, [
    'broken',
    'broken',
    away,
    { status: 200, body: order('Activating') },
  ])
  await pass(0)
  t.same([asked.length, problems], [1, ['away']])
  await pass(9_999)
  t.equal(asked.length, 1, 'ten seconds')
  await pass(1)
  await pass(20_000)
  t.equal(asked.length, 3, 'then twenty')
  await pass(39_999)
  t.equal(asked.length, 3)
  await pass(1)
  t.same([asked.length, told], [4, ['Activating']])
  await pass(5_000)
  t.equal(asked.length, 5, 'from then on as before')
})

t.test('a page that said that nobody answers is told again how the order stands', async (t) => {
  const working = { status: 200, body: order('Activating') }
  const { told, problems, pass } = build(t, [working, 'broken', working])
  await pass(0)
  await pass(5_000)
  await pass(10_000)
  t.same([told, problems], [['Activating', 'Activating'], ['away']])
})

t.test('a page gives up where asking again can not help', async (t) => {
  for (const [status, problem] of [
    [401, 'expired'],
    [404, 'unknown'],
  ] as const) {
    const { asked, problems, pass } = build(t, [{ status }])
    await pass(0)
    await pass(600_000)
    t.same([asked.length, problems], [1, [problem]])
    mock.timers.reset()
    mock.restoreAll()
  }
})

t.test('a portal asks with its token, and who ends it hears no more', async (t) => {
  const { asked, told, end, pass } = build(t, [{ status: 200, body: order('Activating') }], { token: 'sst_1' })
  await pass(0)
  t.match(asked, [{ headers: { authorization: 'Bearer sst_1' } }])
  end()
  await pass(60_000)
  t.same([asked.length, told.length], [1, 1])
})

t.test('a browser listens, and asks instead when nothing comes or the stream is refused', async (t) => {
  class Source extends EventTarget {
    static CLOSED = 2
    static all: Source[] = []
    readyState = 1
    url: string
    constructor(url: string) {
      super()
      this.url = url
      Source.all.push(this)
    }
    close() {
      this.readyState = 2
    }
    say(body: object) {
      this.dispatchEvent(Object.assign(new Event('status'), { data: JSON.stringify(body) }))
    }
  }
  Object.assign(globalThis, { EventSource: Source })
  t.teardown(() => Reflect.deleteProperty(globalThis, 'EventSource'))

  const listening = build(t, [{ status: 200, body: order('Activating') }])
  const [source] = Source.all
  t.equal(source?.url, LINK.replace('AAA?', 'AAA/events?'))
  source?.say(order('Activating'))
  await listening.pass(60_000)
  source?.say(order('Provisioned'))
  t.same([listening.told, listening.asked.length, source?.readyState], [['Activating', 'Provisioned'], 0, 2])
  mock.timers.reset()
  mock.restoreAll()

  const silent = build(t, [{ status: 200, body: order('Activating') }])
  await silent.pass(5_000)
  t.same([silent.told, Source.all[1]?.readyState], [['Activating'], 2])
  mock.timers.reset()
  mock.restoreAll()

  const refused = build(t, [{ status: 401 }])
  Source.all[2]?.close()
  Source.all[2]?.dispatchEvent(new Event('error'))
  await refused.pass(0)
  t.same(refused.problems, ['expired'])
})
