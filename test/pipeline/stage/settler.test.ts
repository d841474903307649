import t from 'tap'
import type { Step, WorkItem } from '../../../src/domain/notification.ts'
import { createSettler, type Settled } from '../../../src/pipeline/stage/settler.ts'
import { workItem } from '../../helpers/items.ts'
import { keepLog } from '../../helpers/log.ts'

function settled(number: number, step: Step = 'provision'): Settled {
  const item = workItem({ notificationId: `04lSs00000Aa${String(number).padStart(6, '0')}` })
  return { item, settlement: { state: 'pending', step, delayMs: 0, attempts: 0, attempt: { outcome: 'advanced' } } }
}

/** A ledger whose writes end when the test says so. */
function build(t: { teardown(handler: () => void): unknown }) {
  const writes: { settled: Settled[]; end: (lost?: WorkItem[]) => void; fail: (error: Error) => void }[] = []
  const arrivals: (() => void)[] = []
  const written: Settled[][] = []
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
    onWritten: (group) => written.push(group),
    log,
    signal: stop.signal,
  })
  /** The nth write, as soon as it is under way. */
  async function write(n: number) {
    while (writes.length <= n) await new Promise<void>((resolve) => arrivals.push(resolve))
    const found = writes[n]
    if (found === undefined) throw new Error('no write')
    return found
  }
  return { settle, write, writes, written, log, stop }
}

t.test('settle writes, and resolves when it is written', async (t) => {
  const { settle, write, written, log } = build(t)
  const done = settle([settled(1)])
  ;(await write(0)).end()
  await done
  t.same(written, [[settled(1)]])
  t.same(log.lines, [])
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

t.test('settle says whose lease was lost', async (t) => {
  const { settle, write, log } = build(t)
  const done = settle([settled(1), settled(2)])
  ;(await write(0)).end([settled(2).item])
  await done
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
  const { settle, write, writes, written, stop } = build(t)
  const done = settle([settled(1)])
  const { fail } = await write(0)
  stop.abort()
  fail(new Error('the ledger is away'))
  await done
  await settle([settled(2)])
  t.equal(writes.length, 1)
  t.same(written, [])
})
