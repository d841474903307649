import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { openBell } from '../../../src/ledger/postgres/bell.ts'
import { createBench } from '../../helpers/ledger.ts'
import { until } from '../../helpers/until.ts'

const LISTENING = `select count(*)::integer as n from pg_stat_activity
  where datname = current_database() and application_name = 'soapstone bell' and query like 'listen%'`

t.test('bell is heard by other processes', async (t) => {
  const bench = await createBench(t)
  let heard = 0
  const far = open(t, { url: bench.url, pool: bench.pool, onRing: () => (heard += 1) })
  const near = open(t, { url: bench.url, pool: bench.pool, onRing: () => {} })
  await until(async () => (await bench.value(LISTENING)) === 2, 'both listen')
  near.ring()
  await until(() => heard > 0, 'the ring')
  t.same([...far.errors, ...near.errors], [])
})

t.test('bell does not listen through a pooler, and complains of nothing', async (t) => {
  const bench = await createBench(t)
  const { url, left } = await openPooler(t, bench.url)
  const bell = open(t, { url, pool: bench.pool, onRing: () => {} })
  await left
  bell.ring()
  t.equal(await bench.value(LISTENING), 0)
  t.same(bell.errors, [])
})

function open(t: Test, given: Pick<Parameters<typeof openBell>[0], 'url' | 'pool' | 'onRing'>) {
  const errors: unknown[] = []
  const bell = openBell({ ...given, quietMs: 1, onError: (error) => errors.push(error) })
  t.teardown(() => bell.close())
  return { ...bell, errors }
}

/** As far as a bell can see one: the process that it is told of is not the one that works. */
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
