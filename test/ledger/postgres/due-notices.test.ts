import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { createAnnouncer, type DueNotice, openListener } from '../../../src/ledger/postgres/due-notices.ts'
import type { Pool } from '../../../src/ledger/postgres/pool.ts'
import { openLine } from '../../chaos/proxy.ts'
import { createBench } from '../../helpers/ledger.ts'
import { salesforceId } from '../../helpers/messages.ts'
import { until } from '../../helpers/until.ts'

const LISTENING = `select count(*)::integer as n from pg_stat_activity
  where datname = current_database() and application_name = 'soapstone listener' and query ~ '^(listen|select pg_is_in_recovery)'`
const ONE: DueNotice = { organizationId: '00DSs000000SOAPMA4', step: 'callback' }
const OTHER: DueNotice = { organizationId: '00DSs000000SOAPMA4', step: 'provision' }

t.test('a notice is heard by other processes, and not by the one that sends it', async (t) => {
  const { url, pool, value } = await createBench(t, { unused: true })
  const [near, far] = [listen(t, url, 'near'), listen(t, url, 'far')]
  await until(async () => (await value(LISTENING)) === 2, 'both listen')
  const { announce } = speak(t, pool, 'near')
  announce(ONE)
  announce(ONE)
  announce(OTHER)
  await until(() => far.heard.length === 2, 'the notices')
  // The other way round, so that what near was sent has come by now.
  speak(t, pool, 'far').announce(OTHER)
  await until(() => near.heard.length > 0, 'the answer')
  t.same(far.heard, [ONE, OTHER], 'each once')
  t.same(near.heard, [OTHER])
  t.same([...far.errors, ...near.errors], [])
})

t.test('orders that have moved are told to other processes, however many they are', async (t) => {
  const { url, pool, value } = await createBench(t, { unused: true })
  const [near, far] = [listen(t, url, 'near'), listen(t, url, 'far')]
  await until(async () => (await value(LISTENING)) === 2, 'both listen')
  const announcer = speak(t, pool, 'near')
  const orderIds = Array.from({ length: 600 }, (_, i) => salesforceId('801', i))
  for (const orderId of [...orderIds, ...orderIds]) announcer.announceOrder(orderId)
  announcer.announce(ONE)
  await until(() => far.orders.length === 600, 'the orders')
  t.same(far.orders.toSorted(), orderIds.toSorted(), 'each once')
  t.same(far.heard, [ONE])
  speak(t, pool, 'far').announceOrder('801')
  await until(() => near.orders.length > 0, 'the answer')
  t.same(near.orders, ['801'], 'not its own')
})

t.test('a listener whose connection is lost listens again', async (t) => {
  const { url, pool, value, rows } = await createBench(t, { unused: true })
  const listener = listen(t, url, 'far')
  await until(async () => (await value(LISTENING)) === 1, 'it listens')
  await rows(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'soapstone listener'`)
  await until(() => listener.errors.length > 0, 'the loss')
  await until(async () => (await value(LISTENING)) === 1, 'it listens again')
  speak(t, pool, 'near').announce(ONE)
  await until(() => listener.heard.length > 0, 'the notice')
  t.same(listener.heard, [ONE])
})

t.test('a listener whose server has vanished without a word finds out, and listens again', async (t) => {
  const { url, pool, value } = await createBench(t, { unused: true })
  const line = await openLine(() => Number(new URL(url).port))
  t.teardown(() => line.close())
  const throughLine = Object.assign(new URL(url), { port: String(line.port) }).href
  const listener = listen(t, throughLine, 'far', { checkMs: 10, answerMs: 100 })
  await until(async () => (await value(LISTENING)) === 1, 'it listens')
  line.blackHole()
  await until(() => listener.errors.length > 0, 'the loss')
  line.heal('half-open')
  const { announce } = speak(t, pool, 'near')
  await until(() => {
    announce(ONE)
    return listener.heard.length > 0
  }, 'the notice')
  t.same(listener.heard[0], ONE)
  t.match(listener.errors[0], { message: /no answer in 100 ms/ })
})

t.test('a listener that is closed while it is away stays away', async (t) => {
  const listener = listen(t, 'postgres://127.0.0.1:9/nobody', 'far')
  await until(() => listener.errors.length > 1, 'more than one try')
  await listener.close()
  const tries = listener.errors.length
  await new Promise<void>((resolve) => setTimeout(() => setTimeout(resolve, 1), 1))
  t.equal(listener.errors.length, tries)
})

t.test('a listener passes over what nobody of us has sent', async (t) => {
  const { url, pool, value, rows } = await createBench(t, { unused: true })
  const listener = listen(t, url, 'far')
  await until(async () => (await value(LISTENING)) === 1, 'it listens')
  for (const payload of [
    '',
    'null',
    '{}',
    '7',
    '{"orders":["801"]}',
    '{"orders":7,"worker":"near"}',
    JSON.stringify({ ...ONE, step: 'dance', worker: 'near' }),
  ]) {
    await rows(`select pg_notify('soapstone_due', $1)`, [payload])
  }
  speak(t, pool, 'near').announce(ONE)
  await until(() => listener.heard.length > 0, 'the notice')
  t.same(listener.heard, [ONE])
  t.same(listener.errors, [])
})

t.test('a listener does not listen through a pooler, and complains of nothing', async (t) => {
  const bench = await createBench(t, { unused: true })
  const { url, left } = await openPooler(t, bench.url)
  const listener = listen(t, url, 'far')
  await left
  t.equal(await bench.value(LISTENING), 0)
  t.same(listener.errors, [])
})

function listen(t: Test, url: string, worker: string, more: { checkMs?: number; answerMs?: number } = {}) {
  const errors: unknown[] = []
  const heard: DueNotice[] = []
  const orders: string[] = []
  const listener = openListener({
    url,
    worker,
    reconnectMs: 1,
    ...more,
    onDue: (notice) => heard.push(notice),
    onOrders: (orderIds) => orders.push(...orderIds),
    onError: (error) => errors.push(error),
  })
  t.teardown(() => listener.close())
  return { ...listener, errors, heard, orders }
}

function speak(t: Test, pool: Pool, worker: string) {
  const announcer = createAnnouncer({ pool, worker, quietMs: 1, onError: (error) => t.fail(String(error)) })
  t.teardown(() => announcer.close())
  return announcer
}

/** As far as a listener can see one: the process that it is told of is not the one that works. */
async function openPooler(t: Test, databaseUrl: string) {
  const sockets: Socket[] = []
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: Number(new URL(databaseUrl).port) })
    sockets.push(near, far)
    near.pipe(far)
    far.on('data', (bytes) => near.write(withOtherKey(bytes)))
    far.on('end', () => near.end())
    near.on('close', () => server.emit('left'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: Object.assign(new URL(databaseUrl), { port: String(port) }).href, left: once(server, 'left') }
}

/** BackendKeyData: K, a length of 12, the process, the key. */
function withOtherKey(bytes: Buffer): Buffer {
  const at = bytes.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]))
  if (at >= 0) bytes.writeInt32BE(bytes.readInt32BE(at + 5) + 1, at + 5)
  return bytes
}
