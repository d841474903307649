import Fastify from 'fastify'
import t from 'tap'
import { createCompilers } from '../../src/http/compilers.ts'

t.test('compilers compile the schemas of a route when it is first used, and once', async (t) => {
  let reads = 0
  const schema = {
    type: 'object',
    required: ['count'],
    get properties() {
      reads += 1
      return { count: { type: 'integer' } }
    },
  }
  const app = Fastify({ schemaController: { compilersFactory: createCompilers() } })
  t.teardown(() => app.close())
  app.get<{ Querystring: { count: number } }>(
    '/next',
    { schema: { querystring: schema, response: { 200: schema } } },
    async ({ query }) => ({ count: query.count + 1, secret: 'x' }),
  )
  await app.ready()
  const atStart = reads

  const answer = await app.inject('/next?count=3')
  t.match({ status: answer.statusCode, body: answer.body }, { status: 200, body: '{"count":4}' })
  const compiled = reads
  t.ok(compiled > atStart)
  const lacking = await app.inject('/next')
  t.match(lacking.json(), { statusCode: 400, message: "querystring must have required property 'count'" })
  const wrong = await app.inject('/next?count=x')
  t.match(wrong.json(), { statusCode: 400, message: 'querystring/count must be integer' })
  t.equal((await app.inject('/next?count=7')).body, '{"count":8}')
  t.equal(reads, compiled)
})
