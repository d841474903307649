import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { openLine } from './proxy.ts'

/** A line to a server that says everything twice. */
async function createLine(t: Test) {
  const server = createServer((socket) => {
    socket.on('error', () => {}).on('data', (bytes) => socket.write(`${bytes}${bytes}`))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const line = await openLine(() => (typeof address === 'object' ? address?.port : undefined))
  const sockets: Socket[] = []
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    await line.close()
    server.close()
  })
  return {
    line,
    async dial(): Promise<Socket> {
      const socket = connect(line.port, '127.0.0.1')
      sockets.push(socket)
      await once(socket, 'connect')
      return socket
    },
  }
}

async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [answer] = await once(socket, 'data')
  return String(answer)
}

t.test('a line carries both ways', async (t) => {
  const { dial } = await createLine(t)
  t.equal(await ask(await dial(), 'a'), 'aa')
})

t.test('a slow line loses nothing', async (t) => {
  const { line, dial } = await createLine(t)
  line.slow(20)
  const socket = await dial()
  t.equal(await ask(socket, 'a'), 'aa')
  t.equal(await ask(socket, 'b'), 'bb')
  line.heal('reset')
  t.equal(await ask(socket, 'c'), 'cc')
})

t.test('a line that went silent stays so for those who lived through it', async (t) => {
  const { line, dial } = await createLine(t)
  const before = await dial()
  t.equal(await ask(before, 'a'), 'aa')
  line.blackHole()
  const during = await dial()
  let heard = 0
  for (const socket of [before, during]) {
    socket.on('data', () => heard++)
    socket.write('lost')
  }
  line.heal('half-open')
  t.equal(await ask(await dial(), 'b'), 'bb')
  t.equal(heard, 0)
  t.notOk(before.destroyed)
  line.heal('reset')
  await Promise.all([before, during].map((socket) => once(socket, 'close')))
  t.ok(before.destroyed)
})

t.test('a line breaks its connections when it is reset', async (t) => {
  const { line, dial } = await createLine(t)
  const socket = await dial()
  t.equal(await ask(socket, 'a'), 'aa')
  line.reset()
  const [error] = await once(socket, 'error')
  t.match(error, { code: 'ECONNRESET' })
  t.equal(await ask(await dial(), 'b'), 'bb')
})

t.test('a line to nobody breaks at once', async (t) => {
  const line = await openLine(() => undefined)
  t.teardown(() => line.close())
  await once(connect(line.port, '127.0.0.1').resume(), 'close')
})
