import t from 'tap'
import type { Step, WorkItem } from '../../../src/domain/notification.ts'
import { createSettler, type Settled, type SettlerOptions } from '../../../src/pipeline/stage/settler.ts'
import { workItem } from '../../helpers/items.ts'
import { keepLog } from '../../helpers/log.ts'

function settled(number: number, step: Step = 'provision'): Settled {
  const item = workItem({ notificationId: `04lSs00000Aa${String(number).padStart(6, '0')}` })
  return { item, settlement: { state: 'pending', step, delayMs: 0, attempts: 0, attempt: { outcome: 'advanced' } } }
}

/** A ledger whose writes end when the test says so. */
function build(t: { teardown(handler: () => void): unknown }, options: Partial<SettlerOptions> = {}) {
  const writes: { settled: Settled[]; end: (lost?: WorkItem[]) => void; fail: (error: Error) => void }[] = []
  const arrivals: (() => void)[] = []
  const log = keepLog()
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const settle = createSettler({
    step: 'callback',
    write: (group) =>
      new Promise((resolve, reject) => {
        writes.push({ settled: group, end: (lost = []) => resolve(lost), fail: reject })
        arrivals.shift()?.()
      }),
    log,
    signal: stop.signal,
    retryMs: 1,
    ...options,
  })
  /** The nth write, as soon as it is under way. */
  async function write(n: number) {
    while (writes.length <= n) await new Promise<void>((resolve) => arrivals.push(resolve))
    const found = writes[n]
    if (found === undefined) throw new Error('no write')
    return found
  }
  return { settle, write, writes, log, stop }
}

t.test('settle writes, and resolves when it is written', async (t) => {
  const { settle, write, log } = build(t)
  const done = settle([settled(1)])
  ;(await write(0)).end()
  t.same(await done, [settled(1)])
  t.same(log.lines, [])
})

t.test('settle waits for others that will end soon, and for nobody where there are none', async (t) => {
  const others = { are: true }
  const { settle, write, writes, stop } = build(t, { gather: { ms: 20, most: 5 }, expecting: () => others.are })
  const together = [settle([settled(1)]), settle([settled(2)])]
  t.equal(writes.length, 0)
  ;(await write(0)).end()
  t.same((await Promise.all(together)).flat(), [settled(1), settled(2)])
  others.are = false
  const alone = settle([settled(3)])
  t.equal(writes.length, 2)
  ;(await write(1)).end()
  await alone
  others.are = true
  const last = settle([settled(4)])
  stop.abort()
  t.same(await last, [], 'after the end nothing is written')
  t.equal(writes.length, 2)
})

t.test('settle waits no longer once there are enough', async (t) => {
  const { settle, write } = build(t, { gather: { ms: 2 ** 30, most: 3 } })
  const all = [settle([settled(1)]), settle([settled(2), settled(3)])]
  ;(await write(0)).end()
  t.equal((await Promise.all(all)).flat().length, 3)
})

t.test('settle writes with one statement what ends while another is on its way', async (t) => {
  const { settle, write, writes } = build(t)
  const first = settle([settled(1)])
  const others = [settle([settled(2), settled(3)]), settle([settled(4)])]
  ;(await write(0)).end()
  await first
  ;(await write(1)).end()
  await Promise.all(others)
  t.same(
    writes.map((one) => one.settled),
    [[settled(1)], [settled(2), settled(3), settled(4)]],
  )
})

t.test('settle says whose lease was lost, and does not count it as written', async (t) => {
  const { settle, write, log } = build(t)
  const [kept, lost] = [settled(1), settled(2)]
  const done = settle([kept, lost])
  ;(await write(0)).end([lost.item])
  t.same(await done, [kept])
  t.same(log.lines, ['warn notification.lease_lost'])
  t.match(log.facts, [{ step: 'callback', notificationId: settled(2).item.notificationId }])
})

t.test('settle tries again when the ledger is away: what was done must be written down', async (t) => {
  const { settle, write, writes, log } = build(t)
  const done = settle([settled(1)])
  ;(await write(0)).fail(new Error('terminating connection'))
  const next = settle([settled(2)])
  ;(await write(1)).end()
  await done
  ;(await write(2)).end()
  await next
  t.same(log.lines, ['error stage.settle_failed'])
  t.same(
    writes.map((one) => one.settled),
    [[settled(1)], [settled(1)], [settled(2)]],
  )
})

t.test('settle lets go when nothing more is to be tried', async (t) => {
  const { settle, write, writes, stop } = build(t)
  const done = settle([settled(1)])
  const { fail } = await write(0)
  stop.abort()
  fail(new Error('the ledger is away'))
  t.same(await done, [])
  t.same(await settle([settled(2)]), [])
  t.equal(writes.length, 1)
})

t.test('settle leaves what can never be written, and writes its neighbours', async (t) => {
  const log = keepLog()
  const poisoned = settled(2)
  const settle = createSettler({
    step: 'callback',
    write: (group) => (group.includes(poisoned) ? Promise.reject(new Error('no')) : Promise.resolve([])),
    log,
    signal: new AbortController().signal,
    retryMs: 0,
  })
  const good = settled(1)
  t.same(await settle([good, poisoned]), [good])
  t.equal(log.lines.at(-1), 'error notification.not_settled')
  t.match(log.facts.at(-1), { notificationId: poisoned.item.notificationId })
})
