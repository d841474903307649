import { EventEmitter, once } from 'node:events'
import t, { type Test } from 'tap'
import { readContract } from '../../../src/doors/outbound-message/contract.ts'
import type { Recorder } from '../../../src/doors/outbound-message/ports.ts'
import { LedgerUnavailable } from '../../../src/ledger/record/recorder.ts'
import { openDoor } from '../../helpers/door.ts'
import { envelope } from '../../helpers/envelopes.ts'
import { until } from '../../helpers/until.ts'

const wsdl = new URL('../../../wsdl/order.wsdl', import.meta.url).pathname

async function build(t: Test, recorder: Recorder) {
  const door = await openDoor({ contracts: [await readContract(wsdl)], recorder })
  t.teardown(door.close)
  const post = async () => {
    const reply = await fetch(door.endpoint, {
      method: 'POST',
      body: envelope(),
      headers: { 'content-type': 'text/xml; charset=UTF-8' },
    })
    return { status: reply.status, body: await reply.text() }
  }
  return Object.assign(post, { url: door.url, metric: door.metric })
}

t.test('POST answers nothing before the message is committed, and Ack true then', async (t) => {
  const handed = new EventEmitter()
  const post = await build(t, {
    record: () =>
      new Promise((resolve) => {
        handed.emit('message', () => resolve({ recorded: 1, duplicates: 0 }))
      }),
  })
  let answered = false
  const reply = post().finally(() => {
    answered = true
  })
  const [commit] = await once(handed, 'message')
  // Asked for later and answered: what was sent before the commit would be here, too.
  await fetch(new URL('/health/live', post.url)).then((live) => live.text())
  await fetch(new URL('/health/live', post.url)).then((live) => live.text())
  t.equal(answered, false)
  commit()
  t.match(await reply, { status: 200, body: /<Ack>true<\/Ack>/ })
})

t.test('POST answers a commit that is not certain with 503 and Ack false, never with Ack true', async (t) => {
  for (const error of [new LedgerUnavailable('no answer in 4000 ms'), new Error('nobody foresaw it')]) {
    const post = await build(t, { record: () => Promise.reject(error) })
    t.match(await post(), { status: 503, body: /<Ack>false<\/Ack>/ }, error.name)
  }
})

t.test('POST of a message that brings nothing new gets Ack true: it is committed', async (t) => {
  const post = await build(t, { record: async () => ({ recorded: 0, duplicates: 1 }) })
  t.match(await post(), { status: 200, body: /<Ack>true<\/Ack>/ })
})

t.test('the time of an Ack is that of messages which got one: refusals are quick and would hide it', async (t) => {
  let fails = true
  const post = await build(t, {
    async record() {
      if (fails) throw new LedgerUnavailable('away')
      return { recorded: 1, duplicates: 0 }
    },
  })
  await post()
  fails = false
  await post()
  const acks = () => post.metric('soapstone_ack_seconds_count').then(Number)
  await until(async () => (await acks()) > 0, 'an Ack was counted')
  t.equal(await acks(), 1)
})
