import { once } from 'node:events'
import { type ClientRequest, createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { type Body, createBodyReader, SMALL } from '../../../src/doors/outbound-message/body.ts'
import { createBudget } from '../../../src/doors/outbound-message/budget.ts'
import type { SpeedLimits } from '../../../src/doors/outbound-message/speed.ts'

/** So much a small body may have without asking. */
const LARGE = SMALL + 1024
const PATIENT: SpeedLimits = {
  graceMs: 60_000,
  bytesPerSecond: 1,
  longestMs: 60_000,
  everyMs: 5,
  now: () => performance.now(),
}

interface Limits {
  limit?: number
  total?: number
  waitMs?: number
  speed?: Partial<SpeedLimits>
}

/** A server that answers with the name of what `read` threw, or with how much it read. */
async function build(t: Test, { limit = 8 * SMALL, total = 1 << 24, waitMs = 60_000, speed = {} }: Limits) {
  const budget = createBudget({ total, waitMs })
  const reader = createBodyReader({ limit, budget, speed: { ...PATIENT, ...speed } })
  const held: Body[] = []
  const outcomes: string[] = []
  const server = createServer((request, response) => {
    // Who is who is said in a header: all of them come from one address.
    reader.read(request, String(request.headers['x-sender'] ?? 'one')).then(
      (read) => {
        held.push(read)
        outcomes.push(`${read.bytes.length}`)
        response.end(`${read.bytes.length}`)
      },
      (error: Error) => {
        outcomes.push(error.constructor.name)
        response.writeHead(503, { connection: 'close' }).end(error.constructor.name)
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
    const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', headers })
    request.on('error', () => {})
    return request
  }
  async function answerTo(request: ClientRequest): Promise<string> {
    const [response]: IncomingMessage[] = await once(request, 'response')
    return response ? String(await buffer(response)) : ''
  }
  /** In chunks, without a length: the limit must hold for what comes, not for what was said. */
  function post(size: number, sender = 'one'): Promise<string> {
    const request = open({ 'x-sender': sender })
    for (let left = size; left > 0; left -= 1024) request.write(Buffer.alloc(Math.min(left, 1024)))
    request.end()
    return answerTo(request)
  }
  /** In one piece that says how long it is. */
  function postWhole(size: number, sender = 'one'): Promise<string> {
    const request = open({ 'x-sender': sender, 'content-length': size })
    request.end(Buffer.alloc(size))
    return answerTo(request)
  }
  return { open, answerTo, post, postWhole, held, outcomes, server }
}

t.test('read gives the whole body up to the limit', async (t) => {
  const { post, postWhole, held } = await build(t, { limit: LARGE })
  for (const send of [post, postWhole]) {
    for (const size of [LARGE, SMALL, 1, 0]) t.equal(await send(size), String(size))
  }
  t.equal(held[0]?.bytes.length, LARGE)
})

t.test('read refuses a body that says it is too large before a byte is read', async (t) => {
  const { open, answerTo, outcomes } = await build(t, { limit: 4096 })
  const request = open({ 'content-length': 4097 })
  request.flushHeaders()
  t.equal(await answerTo(request), 'TooLarge')
  t.same(outcomes, ['TooLarge'])
  request.destroy()
})

t.test('read refuses a body that turns out too large, and the sender hears of it', async (t) => {
  const { post, outcomes } = await build(t, { limit: 4096 })
  t.equal(await post(4097), 'TooLarge')
  t.equal(await post(64), '64')
  t.same(outcomes, ['TooLarge', '64'])
})

t.test('read lets small bodies in however many large ones are there', async (t) => {
  const { post, postWhole } = await build(t, { total: LARGE })
  t.equal(await postWhole(LARGE), String(LARGE))
  for (let i = 0; i < 20; i++) t.equal(await (i % 2 ? post : postWhole)(SMALL), String(SMALL))
})

t.test('read lets a large body wait until there is room for it, and loses none', async (t) => {
  const { postWhole, held, outcomes } = await build(t, { total: 2 * LARGE })
  t.equal(await postWhole(LARGE, 'one'), String(LARGE))
  t.equal(await postWhole(LARGE, 'two'), String(LARGE))
  const third = postWhole(LARGE + 1, 'three')
  const fourth = postWhole(LARGE, 'four')
  t.equal(await postWhole(10, 'three'), '10', 'asked for later and answered')
  t.equal(outcomes.length, 3)
  held[0]?.release()
  held[0]?.release()
  t.equal(outcomes.length, 3, 'a body gives its room back once, and the first in the queue needs more')
  held[1]?.release()
  t.equal(await third, String(LARGE + 1))
  held[3]?.release()
  t.equal(await fourth, String(LARGE))
})

t.test('read never gives a sender more than half, and lets others pass those who have their share', async (t) => {
  const { postWhole, held } = await build(t, { total: 4 * LARGE })
  t.equal(await postWhole(LARGE), String(LARGE))
  t.equal(await postWhole(LARGE), String(LARGE))
  const third = postWhole(LARGE)
  t.equal(await postWhole(2 * LARGE, 'two'), String(2 * LARGE))
  held[2]?.release()
  t.equal(await postWhole(LARGE, 'three'), String(LARGE), 'there is room, though not for the first sender')
  held[0]?.release()
  t.equal(await third, String(LARGE))
})

t.test('read lets one body take all there is', async (t) => {
  const { post, postWhole, held } = await build(t, { total: 2 * LARGE })
  for (const send of [post, postWhole]) {
    t.equal(await send(2 * LARGE), String(2 * LARGE))
    held.at(-1)?.release()
  }
})

t.test('read refuses a large body for which there was no room in time', async (t) => {
  const { postWhole, outcomes } = await build(t, { total: LARGE, waitMs: 20 })
  t.equal(await postWhole(LARGE), String(LARGE))
  t.equal(await postWhole(LARGE, 'two'), 'Overloaded')
  t.same(outcomes, [String(LARGE), 'Overloaded'])
})

t.test('read refuses at once a body of unknown length that grows beyond the room there is', async (t) => {
  const { post, postWhole, held } = await build(t, { total: 2 * LARGE })
  t.equal(await postWhole(2 * LARGE), String(2 * LARGE))
  t.equal(await post(LARGE, 'two'), 'Overloaded')
  held[0]?.release()
  t.equal(await post(LARGE, 'two'), String(LARGE), 'what it had taken is free again')
  t.equal(await post(LARGE, 'three'), String(LARGE))
})

t.test('read gives the room back when the sender goes away', async (t) => {
  const { open, postWhole, outcomes } = await build(t, { total: LARGE })
  const request = open({ 'content-length': LARGE })
  await new Promise((resolve) => request.write(Buffer.alloc(3000), resolve))
  const next = postWhole(LARGE, 'two')
  request.destroy()
  t.equal(await next, String(LARGE))
  t.same(outcomes, ['BrokenOff', String(LARGE)])
})

t.test('read cuts off a body that comes more slowly than any line is', async (t) => {
  const { open, answerTo, post } = await build(t, { speed: { graceMs: 30, bytesPerSecond: 1_000_000 } })
  for (const headers of [{ 'content-length': 4096 }, { 'transfer-encoding': 'chunked' }]) {
    const request = open(headers)
    const trickle = setInterval(() => request.write('x'), 5)
    t.equal(await answerTo(request), 'TooSlow')
    clearInterval(trickle)
    request.destroy()
  }
  t.equal(await post(100), '100', 'one that is there at once is fast enough')
})

t.test('read cuts off a large body that could not be complete in time', async (t) => {
  const { open, answerTo } = await build(t, { speed: { graceMs: 30, longestMs: 1_000 } })
  const request = open({ 'content-length': 8 * SMALL })
  request.write(Buffer.alloc(1024))
  t.equal(await answerTo(request), 'TooSlow')
  request.destroy()
})
