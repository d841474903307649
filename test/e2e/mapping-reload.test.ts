import { writeFileSync } from 'node:fs'
import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createLook } from '../helpers/look.ts'
import { mappingFile } from '../helpers/mapping.ts'
import { spawnServe } from '../helpers/process.ts'
import { createWorld } from '../helpers/service.ts'

t.test('SIGHUP loads a changed mapping, refuses a bad one, and the old one stays', async (t) => {
  const path = mappingFile(t, { line: { hostname: 'OrderItem.Host__c' } })
  const world = await createWorld(t, { MAPPING_FILE: path })
  const { salesforce, whmcs } = world
  const look = createLook(t, world)
  const serve = await spawnServe(t, world)
  const product = salesforce.addProduct()
  const send = async () => {
    const fields = { Host__c: 'a.example.com', Other__c: 'b.example.com' }
    const orderId = salesforce.addOrder({ items: [{ productId: product, fields }] })
    await salesforce.send({ endpoint: serve.endpoint, orderIds: [orderId] })
    await look.once(t, orderId)
    return whmcs.ordersFor(orderId)[0]?.services[0]?.asked.hostname
  }
  t.equal(await send(), 'a.example.com')
  const before = JSON.parse((await soapstone(['status', '--json'], world.settings)).out).mappings

  writeFileSync(path, JSON.stringify({ line: { hostname: 'Invoice.Host__c' } }))
  serve.kill('SIGHUP')
  const refused = await serve.logged('mapping.not_loaded')
  t.match(refused.problems, [/line.hostname 'Invoice.Host__c' names no field/])
  t.equal(await send(), 'a.example.com')

  writeFileSync(path, JSON.stringify({ line: { hostname: 'OrderItem.Other__c' } }))
  serve.kill('SIGHUP')
  const loaded = await serve.logged('mapping.loaded')
  t.equal(await send(), 'b.example.com')

  const { mappings } = JSON.parse((await soapstone(['status', '--json'], world.settings)).out)
  t.match(mappings, [{ organizationId: salesforce.organizationId, hash: loaded.hash, since: loaded.since }])
  t.not(mappings[0].hash, before[0].hash)
  t.match((await soapstone(['status'], world.settings)).out, `mapping ${loaded.hash} of ${salesforce.organizationId}`)
  const notes = (await look.attempts()).map(({ message }) => String(message)).filter((note) => note.startsWith('added'))
  t.equal(notes.filter((note) => note.includes(`mapping ${before[0].hash} since`)).length, 2)
  t.equal(notes.filter((note) => note.includes(`mapping ${loaded.hash} since ${loaded.since}`)).length, 1)
  serve.kill('SIGHUP')
  await serve.logged('mapping.unchanged')
})
