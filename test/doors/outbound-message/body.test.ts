import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { type BodyReader, createBodyReader, Overloaded, TooLarge } from '../../../src/doors/outbound-message/body.ts'

type Read = Awaited<ReturnType<BodyReader['read']>>

/** A server that answers with the name of what `read` threw, or with how much it read. */
async function build(t: Test, limits: { limit: number; budget: number }) {
  const reader = createBodyReader(limits)
  const held: Read[] = []
  const outcomes: string[] = []
  const server = createServer((request, response) => {
    reader.read(request).then(
      (read) => {
        held.push(read)
        outcomes.push(`${read.bytes.length}`)
        response.end(`${read.bytes.length}`)
      },
      (error: unknown) => {
        outcomes.push(nameOf(error))
        server.emit('refused')
        response.writeHead(503, { connection: 'close' }).end(nameOf(error))
      },
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0

  function open(headers: Record<string, string | number> = {}) {
    return httpRequest({ host: '127.0.0.1', port, method: 'POST', headers })
  }
  /** In chunks, without a length: the limit must hold for what comes, not for what was said. */
  async function post(size: number): Promise<string> {
    const request = open()
    request.on('error', () => {})
    for (let left = size; left > 0; left -= 1024) request.write(Buffer.alloc(Math.min(left, 1024)))
    request.end()
    const [response]: IncomingMessage[] = await once(request, 'response')
    return response ? String(await buffer(response)) : ''
  }
  return { open, post, held, outcomes, server }
}

function nameOf(error: unknown): string {
  if (error instanceof TooLarge) return 'TooLarge'
  return error instanceof Overloaded ? 'Overloaded' : 'other'
}

t.test('read gives the whole body up to the limit', async (t) => {
  const { post, held } = await build(t, { limit: 4096, budget: 1 << 20 })
  t.equal(await post(4096), '4096')
  t.equal(held[0]?.bytes.length, 4096)
  t.equal(await post(0), '0')
})

t.test('read refuses a body that says it is too large before a byte is read', async (t) => {
  const { open, outcomes } = await build(t, { limit: 4096, budget: 1 << 20 })
  const request = open({ 'content-length': 4097 })
  request.flushHeaders()
  const [response]: IncomingMessage[] = await once(request, 'response')
  t.equal(response?.statusCode, 503)
  t.same(outcomes, ['TooLarge'])
  request.destroy()
})

t.test('read refuses a body that turns out too large, and the sender hears of it', async (t) => {
  const { post, outcomes } = await build(t, { limit: 4096, budget: 1 << 20 })
  t.equal(await post(4097), 'TooLarge')
  t.equal(await post(64), '64')
  t.same(outcomes, ['TooLarge', '64'])
})

t.test('read refuses what the budget of all bodies has no room for, until some are released', async (t) => {
  const { post, held } = await build(t, { limit: 4096, budget: 6000 })
  t.equal(await post(4000), '4000')
  t.equal(await post(4000), 'Overloaded')
  t.equal(await post(2000), '2000')
  t.equal(await post(1), 'Overloaded')
  held[0]?.release()
  t.equal(await post(4000), '4000')
})

t.test('read counts a body once, however often it is released', async (t) => {
  const { post, held } = await build(t, { limit: 4096, budget: 4096 })
  t.equal(await post(4000), '4000')
  held[0]?.release()
  held[0]?.release()
  t.equal(await post(4096), '4096')
  t.equal(await post(1000), 'Overloaded')
})

t.test('read gives its share of the budget back when the sender goes away', async (t) => {
  const { open, post, outcomes, server } = await build(t, { limit: 4096, budget: 4096 })
  const refused = once(server, 'refused')
  const request = open({ 'content-length': 4000 })
  request.on('error', () => {})
  await new Promise((resolve) => request.write(Buffer.alloc(3000), resolve))
  request.destroy()
  await refused
  t.same(outcomes, ['other'])
  t.equal(await post(4096), '4096')
})
