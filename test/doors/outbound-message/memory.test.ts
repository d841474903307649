import t from 'tap'
import { bodyLimits, memoryLimits } from '../../../src/doors/outbound-message/memory.ts'
import { envelope } from '../../helpers/envelopes.ts'
import { createLook } from '../../helpers/look.ts'
import { spawnServe } from '../../helpers/process.ts'
import { createWorld } from '../../helpers/service.ts'
import { until } from '../../helpers/until.ts'

const MIB = 1024 * 1024
const wanted = { limit: 32 * MIB, budget: 128 * MIB }

t.test('bodyLimits gives what is wanted where there is memory for it, and less where there is not', async (t) => {
  t.same(bodyLimits({ heap: 4_096 * MIB, machine: 8_192 * MIB }, wanted), wanted)
  const smallHeap = bodyLimits({ heap: 384 * MIB, machine: 8_192 * MIB }, wanted)
  t.same(smallHeap, { limit: 32 * MIB, budget: 32 * MIB })
  const smallContainer = bodyLimits({ heap: 4_096 * MIB, machine: 512 * MIB }, wanted)
  t.ok(smallContainer.budget < 64 * MIB && smallContainer.budget > 32 * MIB)
  t.same(bodyLimits({ heap: 100 * MIB, machine: 128 * MIB }, wanted), { limit: 16 * MIB, budget: 16 * MIB })
  t.same(bodyLimits({ heap: 100 * MIB, machine: 128 * MIB }, { limit: MIB, budget: 4 * MIB }), {
    limit: MIB,
    budget: 4 * MIB,
  })
})

t.test('memoryLimits knows the heap and the machine, or the container', async (t) => {
  const { heap, machine } = memoryLimits()
  t.ok(heap > 100 * MIB)
  t.ok(machine > 100 * MIB && Number.isFinite(machine) && machine < 2 ** 50)
})

t.test('four messages of 13 MiB at a time are all stored by a process with a small heap', async (t) => {
  const world = await createWorld(t)
  const serve = await spawnServe(t, world, { NODE_OPTIONS: '--max-old-space-size=128', LOG_LEVEL: 'info' })
  const send = async (message: number) => {
    const body = messageOf(world.salesforce.organizationId, message)
    const init = { method: 'POST', body, headers: { 'content-type': 'text/xml' } }
    // As Salesforce does: what gets Ack false is sent again.
    await until(async () => (await (await fetch(serve.endpoint, init)).text()).includes('<Ack>true'), 'Ack')
  }
  await Promise.all([0, 1, 2, 3].map(send))
  const { rows } = await createLook(t, world).pool.query('select count(*)::integer as n from ledger.notification')
  t.same(rows, [{ n: 400 }])
})

/** A character that makes V8 keep the text in two bytes each. */
const LONG = `<sf:Long__c>${'x'.repeat(131_000)}漢</sf:Long__c>`

function messageOf(organizationId: string, message: number): string {
  const ids = Array.from({ length: 100 }, (_, n) => `${message}${String(n).padStart(3, '0')}`)
  const notifications = ids.map(
    (id) => `<Notification><Id>04lSs00000A${id}</Id>
<sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>801Ss00000A${id}</sf:Id>${LONG}</sObject></Notification>`,
  )
  const head = `<OrganizationId>${organizationId}</OrganizationId><ActionId>04kSs000000sT0n</ActionId>`
  return envelope({ head, notifications: notifications.join('') })
}
