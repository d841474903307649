import Fastify, { type FastifyRequest } from 'fastify'
import t from 'tap'
import { createOrdersScope } from '../../src/http/orders-scope.ts'
import { answerProblems } from '../../src/http/problems.ts'

function build(mostPerMinute?: number, isCheap: (request: FastifyRequest) => Promise<boolean> = async () => false) {
  const app = Fastify({ trustProxy: true })
  answerProblems(app)
  const parts = ['/orders/a', '/orders/b'].map((path) => ({
    routes: (scope: typeof app) => void scope.get(path, async () => ({ path })),
  }))
  const door = createOrdersScope({ parts, isCheap, ...(mostPerMinute !== undefined && { mostPerMinute }) })
  app.register(async (scope) => door.routes?.(scope))
  app.get('/other', async () => ({}))
  app.get('/busy', (request, reply) => door.overloaded?.(request, reply, { type: 'eventLoopDelay', value: 2_000 }))
  return async (url: string, address = '192.0.2.1') => {
    const reply = await app.inject({ url, headers: { 'x-forwarded-for': address } })
    return { status: reply.statusCode, body: reply.json(), headers: reply.headers }
  }
}

t.test('requests of one address are counted over all of /orders, and nowhere else', async (t) => {
  const ask = build(2)
  t.match(await ask('/orders/a'), { status: 200 })
  t.match(await ask('/orders/b'), { status: 200 })
  t.match(await ask('/orders/a'), {
    status: 429,
    body: { code: 'TOO_MANY_REQUESTS', status: 429, type: 'about:blank' },
  })
  t.match(await ask('/other'), { status: 200 })
  t.match(await ask('/orders/a', '192.0.2.2'), { status: 200 }, 'another address')
})

t.test('a whole network of IPv6 counts as one address', async (t) => {
  const ask = build(1)
  t.match(await ask('/orders/a', '2001:db8:0:1::1'), { status: 200 })
  t.match(await ask('/orders/a', '2001:db8:0:1:ffff::2'), { status: 429 })
  t.match(await ask('/orders/a', '2001:db8:0:2::1'), { status: 200 })
})

t.test('what is cheap is not counted, and without a limit nothing is', async (t) => {
  const cheap = build(1, async ({ url }) => url.endsWith('a'))
  for (let i = 0; i < 3; i++) t.match(await cheap('/orders/a'), { status: 200 })
  t.match(await cheap('/orders/b'), { status: 200 })
  t.match(await cheap('/orders/b'), { status: 429 })
  const open = build()
  for (let i = 0; i < 20; i++) t.match(await open('/orders/a'), { status: 200 })
})

t.test('an overloaded process says so as a problem', async (t) => {
  const { status, body, headers } = await build()('/busy')
  t.match({ status, body }, { status: 503, body: { code: 'OVERLOADED', status: 503, detail: /./ } })
  t.equal(headers['retry-after'], '10')
})
