import t, { type Test } from 'tap'
import { signLink } from '../../src/portal/link.ts'
import { createLook } from '../helpers/look.ts'
import { createService, startService } from '../helpers/service.ts'

t.jobs = 3

const SECRET = 'a secret for links of customers'

async function build(t: Test, more: Record<string, string> = {}) {
  const world = await createService(t, { PORTAL_LINK_SECRET: SECRET, SWEEP_EVERY: 'off', ...more })
  return { ...world, look: createLook(t, world) }
}

interface Event {
  id: string
  event: string
  data: Record<string, unknown>
}

async function* eventsOf(url: string, orderId: string, headers: Record<string, string> = {}): AsyncGenerator<Event> {
  const query = signLink(orderId, new Date(Date.now() + 60_000), SECRET)
  const reply = await fetch(`${url}/orders/${orderId}/events?${query}`, { headers })
  if (reply.status !== 200 || reply.body === null) throw new Error(`answered ${reply.status}`)
  let rest = ''
  for await (const chunk of reply.body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${rest}${chunk}`.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks.filter((one) => !one.startsWith(':'))) {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      yield {
        id: fields.get('id') ?? '',
        event: fields.get('event') ?? '',
        data: JSON.parse(fields.get('data') ?? '{}'),
      }
    }
  }
}

async function all(events: AsyncGenerator<Event>): Promise<Event[]> {
  const seen: Event[] = []
  for await (const event of events) seen.push(event)
  return seen
}

t.test('events tell how an order stands now, and each change, and end with the last', async (t) => {
  const { service, salesforce, endpoint, look } = await build(t, { BATCH_WAIT: '1s' })
  const warmUp = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [warmUp] })
  await look.once(t, warmUp)
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const seen = await all(eventsOf(service.url, orderId))
  t.ok(seen.every(({ event, id }) => event === 'status' && id !== ''))
  t.match(seen[0]?.data, { orderId, status: 'Activating', message: /./, updatedAt: /Z$/ })
  t.match(seen.at(-1)?.data, { orderId, status: 'Provisioned', whmcsOrderId: /^\d+$/ })
  const [again] = await all(eventsOf(service.url, orderId))
  t.match(again?.data, { status: 'Provisioned' }, 'who comes after the end is told, and it ends')
  const back = eventsOf(service.url, orderId, { 'last-event-id': again?.id ?? '' }).next()
  await t.rejects(back, { message: 'answered 204' }, 'a browser that comes back by itself is told to stay away')
})

t.test('who waits at another process hears of the end, too', async (t) => {
  const world = await build(t)
  const { salesforce, endpoint } = world
  const listening = await startService(t, world, [], 'listen')
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const seen = await all(eventsOf(listening.url, orderId))
  t.match(seen.at(-1)?.data, { status: 'Provisioned' })
})

t.test('a process that ends, ends its streams', async (t) => {
  const { service, salesforce, whmcs, endpoint } = await build(t, { DRAIN_SECONDS: '0' })
  const orderId = salesforce.addOrder()
  whmcs.faults.push({ on: 'AddOrder', kind: 'hang' })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const events = eventsOf(service.url, orderId)
  t.match((await events.next()).value?.data, { status: 'Activating' })
  const closing = service.close()
  t.match(await events.next(), { done: true })
  await closing
})
