import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { readContract } from '../../../src/doors/outbound-message/contract.ts'
import { type DoorOptions, openDoor } from '../../helpers/door.ts'
import { envelope } from '../../helpers/envelopes.ts'
import { until } from '../../helpers/until.ts'

const valid = envelope()
const wsdl = new URL('../../../wsdl/order.wsdl', import.meta.url).pathname
const length = Buffer.byteLength(valid)
const chunked = (body: string) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`

t.test('Expect: 100-continue is answered, and the message is taken', async (t) => {
  const { open, head, door } = await build(t)
  const socket = await open()
  socket.write(head({ 'content-length': length, expect: '100-continue' }))
  t.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 100 /)
  socket.end(valid)
  t.match(await text(socket), /^HTTP\/1\.1 200 [\s\S]*<Ack>true<\/Ack>/)
  t.equal(door.recorded.length, 1)
})

t.test('an expectation that nobody knows is refused', async (t) => {
  const { send, head, door } = await build(t)
  t.match(await send(head({ 'content-length': length, expect: 'a miracle' }) + valid), /^HTTP\/1\.1 417 /)
  t.same(door.recorded, [])
})

t.test('requests in a row on one connection are answered each, in order', async (t) => {
  const { send, head, door } = await build(t)
  const one = head({ 'content-length': length }) + valid
  const other = head({ 'transfer-encoding': 'chunked' }) + chunked(valid.replace('Order', 'Odor'))
  const last = head({ 'content-length': length, connection: 'close' }) + valid
  const answers = (await send(one + other + last)).match(/HTTP\/1\.1 \d+/g)
  t.same(answers, ['HTTP/1.1 200', 'HTTP/1.1 500', 'HTTP/1.1 200'])
  t.equal(door.recorded.length, 2)
})

t.test('a request of two lengths, or of none that can be, is not taken for two', async (t) => {
  const { send, head, door } = await build(t)
  const smuggled = head({ 'content-length': length }) + valid
  const shapes: Record<string, string> = {
    'both lengths': head({ 'content-length': length, 'transfer-encoding': 'chunked' }) + chunked('x') + smuggled,
    'two lengths': head({ 'content-length': length, 'Content-Length': 5 }) + smuggled,
    'a length with a sign': head({ 'content-length': `+${length}` }) + valid,
    'a length that is none': head({ 'content-length': '0x10' }) + valid,
    'a negative length': head({ 'content-length': '-1' }) + smuggled,
    'chunked by another name': head({ 'transfer-encoding': 'xchunked' }) + chunked(valid) + smuggled,
    'chunked, then not': head({ 'transfer-encoding': 'chunked, identity' }) + chunked(valid) + smuggled,
    'chunked twice': head({ 'transfer-encoding': 'chunked', 'Transfer-Encoding': 'identity' }) + smuggled,
    'a space before the colon': head({ 'transfer-encoding ': 'chunked' }) + chunked(valid),
    'a bare line feed in a header': `${head({}).trimEnd()}\nx: y\ncontent-length: 5\r\n\r\n${smuggled}`,
    'a chunk size that is none': `${head({ 'transfer-encoding': 'chunked' })}zz\r\n${valid}`,
    'a chunk larger than it says': `${head({ 'transfer-encoding': 'chunked' })}5\r\n${valid}\r\n0\r\n\r\n`,
    'headers without end': head({ 'x-long': 'x'.repeat(17_000) }),
    'no HTTP': '\u0016\u0003\u0001\u0002\u0000hello\r\n\r\n',
  }
  for (const [what, request] of Object.entries(shapes)) {
    const answer = await send(request)
    t.match(answer, /^HTTP\/1\.1 4\d\d /, what)
    t.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, `${what}: one answer`)
    t.notMatch(answer, /node:|\.ts\b|\.js\b|stack/, `${what}: nothing of us`)
  }
  t.same(door.recorded, [])
})

t.test('a body that is too large is refused: by what it says, and by what comes', async (t) => {
  const { open, send, head, door } = await build(t, { bodyLimit: 64 * 1024 })
  t.match(
    await send(head({ 'content-length': 64 * 1024 + 1 })),
    /^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*too large/,
  )
  const socket = await open()
  socket.write(head({ 'transfer-encoding': 'chunked' }))
  const chunk = `1000\r\n${' '.repeat(0x1000)}\r\n`
  const feed = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', feed)
  feed()
  t.match(await text(socket).catch(String), /^HTTP\/1\.1 413 |ECONNRESET|EPIPE/)
  await until(() => door.log.filter((line) => line.includes('the message is too large')).length === 2, 'both refusals')
  t.same(door.recorded, [])
})

t.test('a sender that trickles is cut off when its time is up', async (t) => {
  const { open, head, door } = await build(t, { requestTimeoutMs: 200 })
  const slow = ['', head({ 'content-length': length }), head({ 'transfer-encoding': 'chunked' }), 'POST /outbound-']
  const answers = await Promise.all(
    slow.map(async (start) => {
      const socket = await open()
      socket.write(start)
      const trickle = setInterval(() => socket.write(start.includes('chunked') ? '1\r\n<\r\n' : 'x'), 20)
      const answer = await text(socket).catch(String)
      clearInterval(trickle)
      socket.destroy()
      return answer
    }),
  )
  for (const answer of answers) t.match(answer, /^HTTP\/1\.1 4\d\d |ECONNRESET|EPIPE/)
  t.same(door.recorded, [])
})

t.test('a sender that goes away in the middle leaves nothing behind', async (t) => {
  const { open, head, send, door } = await build(t)
  const socket = await open()
  // The answer to it says that the request has begun.
  socket.write(head({ 'content-length': length, expect: '100-continue' }))
  await once(socket, 'data')
  socket.write(valid.slice(0, -50))
  socket.resetAndDestroy()
  await until(() => door.log.some((line) => line.includes('message.refused')), 'the refusal')
  t.same(door.recorded, [])
  t.match(await send(head({ 'content-length': length, connection: 'close' }) + valid), /^HTTP\/1\.1 200 /)
})

async function build(t: Test, options: Partial<DoorOptions> = {}) {
  const door = await openDoor({ contracts: [await readContract(wsdl)], ...options })
  t.teardown(() => door.close())
  const open = async () => {
    const socket = connect(door.port, '127.0.0.1')
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  /** Everything that comes back until the other side closes. */
  const send = async (request: string) => {
    const socket = await open()
    socket.end(request)
    return await text(socket)
  }
  const head = (headers: Record<string, string | number>) =>
    [
      'POST /outbound-messages/order HTTP/1.1',
      'host: a.example',
      'content-type: text/xml; charset=utf-8',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '\r\n',
    ].join('\r\n')
  return { door, open, send, head }
}
