import t from 'tap'
import type { Message } from '../../../src/domain/notification.ts'
import { createSweepJob } from '../../../src/doors/sweep/job.ts'
import { sweepNotificationId } from '../../../src/doors/sweep/notification-id.ts'
import { type Change, createSweep } from '../../../src/doors/sweep/sweep.ts'
import { ORDER, ORGANIZATION } from '../../helpers/items.ts'
import { keepLog } from '../../helpers/log.ts'

const AT = new Date('2026-11-24T09:00:00Z')
const change = (n: number): Change => ({
  orderId: `801${String(n).padStart(12, '0')}AAA`,
  changedAt: AT,
  fields: { Status: 'Activated' },
})

function build(changes: Change[], known: string[] = []) {
  const asked: Date[] = []
  const messages: Message[] = []
  const sweep = createSweep({
    organizationId: ORGANIZATION,
    orders: {
      async changedSince(since) {
        asked.push(since)
        return changes
      },
    },
    ledger: {
      known: async () => new Set(known),
      async record(message) {
        messages.push(message)
        return { recorded: message.notifications.length }
      },
    },
  })
  return { sweep, asked, messages }
}

t.test('sweepNotificationId is the same for one change, whoever finds it, and another for the next', async (t) => {
  const id = sweepNotificationId(ORDER, AT)
  t.match(id, /^swp[0-9A-Za-z]{15}$/)
  t.equal(sweepNotificationId(ORDER, new Date(AT)), id)
  t.not(sweepNotificationId(ORDER, new Date(AT.getTime() + 1_000)), id)
  const many = Array.from({ length: 10_000 }, (_, n) => sweepNotificationId(change(n).orderId, AT))
  t.equal(new Set(many).size, many.length)
})

t.test('find tells the orders that the ledger does not know', async (t) => {
  const { sweep } = build([change(1), change(2)], [change(1).orderId])
  t.match(await sweep.find(AT), { found: 2, unknown: [{ orderId: change(2).orderId }] })
})

t.test('record brings them as messages of the sweep, a hundred each', async (t) => {
  const { sweep, messages } = build([])
  t.equal(await sweep.record(Array.from({ length: 201 }, (_, n) => change(n))), 201)
  t.same(
    messages.map(({ notifications }) => notifications.length),
    [100, 100, 1],
  )
  t.match(messages[2], {
    organizationId: ORGANIZATION,
    source: 'sweep',
    notifications: [{ recordType: 'Order', recordId: change(200).orderId, fields: { Status: 'Activated' } }],
  })
})

t.test('the job looks back a week, but not to before the ledger was made, and says what it found', async (t) => {
  const log = keepLog()
  const now = () => AT
  const { sweep, asked } = build([change(1)])
  const job = (ledgerSince: Date) =>
    createSweepJob({ sweep, ledgerSince: async () => ledgerSince, everyMs: 1, now, log })
  await job(new Date('2026-01-01')).turn()
  await job(new Date('2026-11-23T12:00:00Z')).turn()
  t.same(
    asked.map((since) => since.toISOString()),
    ['2026-11-17T09:00:00.000Z', '2026-11-23T12:00:00.000Z'],
  )
  t.same(log.lines, ['warn sweep.recorded', 'warn sweep.recorded'])
  t.match(log.facts, [{ found: 1, recorded: 1, since: '2026-11-17T09:00:00.000Z' }, {}])
  const nothing = build([change(1)], [change(1).orderId])
  await createSweepJob({ sweep: nothing.sweep, ledgerSince: async () => AT, everyMs: 1, now, log }).turn()
  t.same(nothing.messages, [])
  t.equal(log.lines.length, 2)
})
