import t from 'tap'
import { createDeliverer, type Settled, toSettled } from '../../../src/notices/webhooks/deliverer.ts'
import type { Delivery, Sent } from '../../../src/notices/webhooks/delivery.ts'
import { createWaker } from '../../../src/runtime/waker.ts'
import { keepLog } from '../../helpers/log.ts'

const event = { id: 'evt_1', type: 'stage.resumed', happenedAt: new Date(), data: {} }
const delivery = (eventNo: string, webhookId = 'whk_1'): Delivery => ({
  ...{ organizationId: '', webhookId, eventNo, leaseNo: 1, attempts: 0, url: 'https://x', format: 'standard' },
  ...{ secrets: [], event },
})
const OK: Sent = { result: 'delivered', status: 204, gone: false }
const REFUSED: Sent = { result: 'refused', status: 500, error: 'answered 500', gone: false }

function build(due: Delivery[], send: (delivery: Delivery, signal: AbortSignal) => Promise<Sent>) {
  const settled: Settled[][] = []
  const busy: Map<string, number>[] = []
  const log = keepLog()
  const failures: Error[] = []
  let arrived = () => {}
  const done = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const expected = due.length
  const deliverer = createDeliverer({
    deliveries: {
      async claim(inHand) {
        busy.push(inHand)
        return due.splice(0)
      },
      async settle(group) {
        const failure = failures.shift()
        if (failure) throw failure
        settled.push(group)
        if (settled.flat().length === expected) arrived()
        return []
      },
    },
    ...{ send, waker: createWaker(), pollMs: 5, random: () => 0, log, onSettled: () => {} },
  })
  return { deliverer, settled, busy, log, failures, done }
}

t.test('deliverer settles what was sent, and says what it has in hand', async (t) => {
  const { deliverer, settled, busy, log, done } = build([delivery('1'), delivery('2')], async ({ eventNo }) =>
    eventNo === '1' ? OK : REFUSED,
  )
  deliverer.start()
  await done
  await deliverer.stop(1_000)
  t.same(
    settled.flat().map(({ delivery: { eventNo }, state, delayMs }) => [eventNo, state, delayMs]),
    [
      ['1', 'delivered', undefined],
      ['2', 'waiting', 5_000],
    ],
  )
  t.same(busy[0], new Map())
  t.ok(log.lines.includes('warn webhook.waiting'))
})

t.test('deliverer settles again what the ledger did not take', async (t) => {
  const { deliverer, settled, failures, done } = build([delivery('1')], async () => OK)
  failures.push(new Error('the ledger is away'))
  deliverer.start()
  await done
  await deliverer.stop(1_000)
  t.equal(settled.length, 1)
})

t.test('what is cut off at the end counts for nothing: another process sends it', async (t) => {
  let begun = () => {}
  const began = new Promise<void>((resolve) => {
    begun = resolve
  })
  const { deliverer, settled } = build([delivery('1')], (_, signal) => {
    begun()
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(REFUSED)))
  })
  deliverer.start()
  await began
  await deliverer.stop(0)
  t.same(settled, [])
})

t.test('toSettled gives up after the last try, and when the receiver wants no more', async (t) => {
  const at = (attempts: number, sent: Sent) => toSettled({ ...delivery('1'), attempts }, sent, () => 0)
  t.match(at(6, REFUSED), { state: 'waiting', delayMs: 50_400_000 })
  t.match(at(7, REFUSED), { state: 'failed', status: 500 })
  t.match(at(0, { ...REFUSED, status: 410, gone: true }), { state: 'failed', gone: true })
})

t.test('toSettled waits as long as the receiver asks, where that is longer', async (t) => {
  const waits = (restMs: number) => toSettled(delivery('1'), { ...REFUSED, restMs }, () => 0).delayMs
  t.same([waits(1_000), waits(60_000)], [5_000, 60_000])
})
