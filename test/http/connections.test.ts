import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { type ConnectionOptions, limitConnections, networkOf } from '../../src/http/connections.ts'
import { connectionsFor } from '../../src/http/file-limit.ts'
import { createIpList } from '../../src/runtime/ip-list.ts'
import { until } from '../helpers/until.ts'

async function build(t: Test, limits: Omit<ConnectionOptions, 'log' | 'onDropped'>) {
  const lines: object[] = []
  const dropped: string[] = []
  const log = { info() {}, error() {}, warn: (object: object) => void lines.push(object) }
  const server = createServer((_request, response) => response.end('here'))
  limitConnections(server, { ...limits, log, onDropped: (reason) => dropped.push(reason) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const open = async (localAddress = '127.0.0.1') => {
    const socket = connect({ host: '127.0.0.1', port, localAddress })
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }
  /** Whether it is served. */
  const answers = async (socket: Socket) => {
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    const [data] = await Promise.race([once(socket, 'data'), once(socket, 'close')])
    return String(data).startsWith('HTTP/1.1 200')
  }
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, open, answers, dropped, lines }
}

t.test('one address has no more than its share of the connections, and another is served', async (t) => {
  const { open, answers, dropped, lines } = await build(t, { most: 100, mostOfAddress: 3 })
  const mine = [await open(), await open(), await open()]
  for (const socket of mine) t.ok(await answers(socket))
  t.notOk(await answers(await open()), 'the fourth is not taken')
  t.same(dropped, ['too many of one address'])
  t.match(lines, [{ reason: 'too many of one address', ip: '127.0.0.1' }])
  t.ok(await answers(await open('127.0.0.2')))
  mine[0]?.destroy()
  await until(async () => answers(await open()), 'a place that is free again')
})

t.test('an address that speaks for many has no share, and no more than all have together', async (t) => {
  const { open, answers } = await build(t, { most: 5, mostOfAddress: 2, shared: createIpList(['127.0.0.1']) })
  for (const socket of [await open(), await open(), await open()]) t.ok(await answers(socket))
  for (const socket of [await open('127.0.0.2'), await open('127.0.0.2')]) t.ok(await answers(socket))
  t.notOk(await answers(await open()))
})

t.test('more connections than there may be are dropped and counted', async (t) => {
  const { open, answers, dropped } = await build(t, { most: 2, mostOfAddress: 2 })
  const [first, second] = [await open(), await open('127.0.0.2')]
  t.ok((await answers(first)) && (await answers(second)))
  t.notOk(await answers(await open('127.0.0.3')))
  await until(() => dropped.length > 0, 'the drop')
  t.same(dropped, ['too many'])
})

t.test('a connection for which there is no file descriptor ends nothing', async (t) => {
  const { server, open, answers, dropped, lines } = await build(t, { most: 2, mostOfAddress: 2 })
  server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
  t.same(dropped, ['no file descriptor'])
  t.match(lines, [{ error: 'accept EMFILE' }])
  t.ok(await answers(await open()))
})

t.test('networkOf takes an IPv6 network of 64 bits for one sender', async (t) => {
  for (const [address, network] of Object.entries({
    '192.0.2.7': '192.0.2.7',
    '::ffff:192.0.2.7': '192.0.2.7',
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2',
    '2001:db8:1:2::6': '2001:db8:1:2',
    '2001:db8::6': '2001:db8:0:0',
    'fe80::1%eth0': 'fe80:0:0:0',
    '::1': '0:0:0:0',
    '': '',
  })) {
    t.equal(networkOf(address), network, address)
  }
})

t.test('connectionsFor promises no more connections than there are file descriptors for, and says so', async (t) => {
  const lines: object[] = []
  const log = { info() {}, error() {}, warn: (object: object) => void lines.push(object) }
  t.equal(connectionsFor(1_000, log, 1_600), 1_000)
  t.same(lines, [])
  t.equal(connectionsFor(1_000, log, 1_599), 999)
  t.equal(connectionsFor(1_000, log, 712), 112)
  t.equal(connectionsFor(1_000, log, 64), 10)
  t.match(lines, [
    { limit: 1_599, needed: 1_600 },
    { limit: 712, connections: 112 },
    { limit: 64, connections: 10 },
  ])
})
