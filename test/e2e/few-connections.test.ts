import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { createDatabase } from '../helpers/postgres.ts'
import { createService } from '../helpers/service.ts'
import { connected } from '../helpers/spare.ts'
import { until } from '../helpers/until.ts'

t.test('the recorder connects first: where others take the connections messages are stored all the same', async (t) => {
  const database = await createDatabase(t, { empty: true })
  const name = new URL(database).pathname.slice(1)
  const login = `few_${name}`
  const ask = (sql: string) => connected(database, (client) => client.query(sql))
  // One for the recorder, one that tries whether anything can be stored, and the one that looks at the schema at the start.
  await ask(`create role ${login} login createrole connection limit 3; alter database ${name} owner to ${login}`)
  t.teardown(() => ask(`drop owned by ${login} cascade; alter database ${name} owner to soapstone; drop role ${login}`))
  const url = Object.assign(new URL(database), { username: login }).href
  const world = await createService(t, { DATABASE_URL: url })
  const { salesforce, service, endpoint } = world

  const ready = await fetch(`${service.url}/health/ready`)
  t.match([ready.status, await ready.json()], [200, { ready: true }])
  const orderId = salesforce.addOrder()
  t.match(await salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0 }), { acked: true })
  t.equal((await fetch(`${service.adminUrl}/metrics`)).status, 200)

  await ask(`alter role ${login} connection limit -1`)
  const look = createLook(t, { ...world, databaseUrl: database })
  await look.once(t, orderId)
  await until(async () => (await fetch(`${service.url}/health/ready`)).status === 200, 'ready')
})
