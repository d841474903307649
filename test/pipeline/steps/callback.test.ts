import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import type { WorkItem } from '../../../src/domain/notification.ts'
import type { OrderSnapshot } from '../../../src/domain/order.ts'
import {
  concluded,
  createCallback,
  decide,
  decideUnread,
  keepSnapshots,
  notYetActivating,
  type Orders,
  readOrders,
  sayActivating,
  sessionsOf,
  takeActivatingBack,
  withdrawnItems,
} from '../../../src/pipeline/steps/callback.ts'
import { ORDER, rules, snapshot, workItem } from '../../helpers/items.ts'

const OTHER = '801Ss00000Zz9YyIAJ'
const { signal } = new AbortController()

/** A Salesforce that holds these orders, and what was asked of it and of the ledger, in order. */
function build(found: OrderSnapshot[], refused: Map<string, Failure> = new Map(), deleted: string[] = []) {
  const known = new Map<string, string>()
  const asked: unknown[][] = []
  const orders: Orders = {
    async read(ids, sessions) {
      asked.push(['read', ids, sessions])
      return new Map(found.filter(({ orderId }) => ids.includes(orderId)).map((order) => [order.orderId, order]))
    },
    async markActivating(ids, sessions) {
      asked.push(['mark', ids, sessions])
      return refused
    },
    async findDeleted(ids) {
      asked.push(['deleted?', ids])
      return new Set(deleted)
    },
    async clearActivating(ids, sessions) {
      asked.push(['clear', ids, sessions])
      return refused
    },
    async linkAccounts(links) {
      asked.push(['link', links])
      return refused
    },
    async markLeftOut(ids, sessions) {
      asked.push(['left out', ids, sessions])
      return refused
    },
  }
  const snapshots = {
    readOrders: async (items: WorkItem[]) =>
      new Set(items.map(({ recordId }) => recordId).filter((id) => id === ORDER)),
    knownClients: async () => known,
    async wantCancel(_organization: string, wanted: { orderId: string; wanted: boolean }[]) {
      asked.push(['cancel?', wanted])
    },
    async saveSnapshots(saved: { item: WorkItem; snapshot: OrderSnapshot }[]) {
      asked.push(['save', saved])
    },
  }
  const run = createCallback({ orders, snapshots, rules: rules() })
  const batch = (items: WorkItem[]) => ({ orders, snapshots, rules: rules(), items, sessions: [], signal })
  return { asked, batch, run: (items: WorkItem[]) => run(items, signal) }
}

t.test('callback keeps the order, then says Activating, then hands it on', async (t) => {
  const { run, asked } = build([snapshot()])
  t.same(await run([workItem({ sessionId: 'session' })]), [
    { kind: 'advance', step: 'provision', whmcsClientId: '1001' },
  ])
  t.match(asked, [
    ['read', [ORDER], ['session']],
    ['save', [{ item: workItem({ sessionId: 'session' }), snapshot: snapshot() }]],
    ['mark', [ORDER], ['session']],
  ])
})

t.test('callback does not say Activating again', async (t) => {
  const { run, asked } = build([snapshot({ provisioningStatus: 'Activating' })])
  t.match(await run([workItem()]), [{ kind: 'advance' }])
  t.notOk(asked.some(([what]) => what === 'mark'))
})

t.test('callback completes what is provisioned already', async (t) => {
  const { run, asked } = build([snapshot({ provisioningStatus: 'Provisioned', whmcsOrderId: '7' })])
  t.same(await run([workItem()]), [{ kind: 'complete', whmcsOrderId: '7' }])
  t.equal(asked.length, 1)
})

t.test('callback takes Activating back from an order that was withdrawn, where it said so itself', async (t) => {
  const withdrawn = snapshot({ status: 'Draft', provisioningStatus: 'Activating' })
  const { run, asked } = build([withdrawn, { ...withdrawn, orderId: OTHER }])
  t.match(await run([workItem({ sessionId: 'session' }), workItem({ recordId: OTHER })]), [
    { kind: 'ignore', code: 'NOT_ELIGIBLE' },
    { kind: 'ignore', code: 'NOT_ELIGIBLE' },
  ])
  t.same(asked.slice(1), [['clear', [ORDER], ['session']]])
})

t.test('callback tries again to take Activating back, unless that can not help', async (t) => {
  const withdrawn = snapshot({ status: 'Draft', provisioningStatus: 'Activating' })
  const refusal = (code: 'SALESFORCE_ROW_LOCKED' | 'SALESFORCE_FIELD_REFUSED') => new Map([[ORDER, new Failure(code)]])
  const locked = build([withdrawn], refusal('SALESFORCE_ROW_LOCKED'))
  t.match(await locked.run([workItem()]), [{ kind: 'fail', failure: { code: 'SALESFORCE_ROW_LOCKED' } }])
  const forbidden = build([withdrawn], refusal('SALESFORCE_FIELD_REFUSED'))
  t.match(await forbidden.run([workItem()]), [{ kind: 'ignore', code: 'NOT_ELIGIBLE' }])
})

t.test('callback ignores an order that is not approved, and one that is gone', async (t) => {
  const { run, asked } = build([snapshot({ status: 'Draft' })])
  t.match(await run([workItem(), workItem({ recordId: OTHER })]), [
    { kind: 'ignore', code: 'NOT_ELIGIBLE', message: /It is 'Draft'\.$/ },
    { kind: 'ignore', code: 'RECORD_DELETED' },
  ])
  t.equal(asked.length, 1)
})

t.test('callback does not forget a withdrawn order that WHMCS may have taken', async (t) => {
  const { run } = build([snapshot({ status: 'Draft' })])
  for (const provisioning of ['sending', 'added'] as const) {
    for (const recordId of [ORDER, OTHER]) {
      const failure = { code: 'ORDER_WITHDRAWN', message: new RegExp(`^Order ${recordId} `) }
      t.match(await run([workItem({ recordId, provisioning })]), [{ kind: 'fail', failure }], provisioning)
    }
  }
  for (const provisioning of ['refused', 'accepted'] as const) {
    t.match(await run([workItem({ provisioning })]), [{ kind: 'ignore', code: 'NOT_ELIGIBLE' }], provisioning)
  }
})

t.test('callback takes nothing for deleted that came with its data, unless Salesforce says so', async (t) => {
  const { run, asked } = build([], new Map(), [OTHER])
  const gone = '801Ss00000Gg0GgIAJ'
  t.match(
    await run([
      workItem({ hasData: true }),
      workItem({ recordId: OTHER, hasData: true }),
      workItem({ recordId: gone }),
    ]),
    [
      { kind: 'fail', failure: { code: 'ORDER_NOT_VISIBLE', message: /^Order 801Ss00000Ab1CdIAJ .*sharing/ } },
      { kind: 'ignore', code: 'RECORD_DELETED' },
      { kind: 'ignore', code: 'RECORD_DELETED' },
    ],
  )
  t.match(asked, [['read'], ['deleted?', [ORDER, OTHER]]])
  t.equal(asked.length, 2, 'and nothing is written')
})

t.test('readOrders asks whether an order was deleted only where its message held data', async (t) => {
  const { batch, asked } = build([snapshot()])
  const items = [workItem({ hasData: true }), workItem({ recordId: OTHER })]
  t.match(await readOrders(batch(items)), [
    { item: { recordId: ORDER }, snapshot: { orderId: ORDER } },
    { item: { recordId: OTHER } },
  ])
  t.match(asked, [['read', [ORDER, OTHER]]])
})

t.test('decide says what is to be done of each order', async (t) => {
  const kinds = [snapshot(), snapshot({ status: 'Draft' }), snapshot({ items: [] }), undefined].map(
    (order) => decide({ item: workItem(), ...(order && { snapshot: order }) }, rules()).kind,
  )
  t.same(kinds, ['advance', 'ignore', 'fail', 'ignore'])
})

t.test('decideUnread forgets no order that WHMCS may have', async (t) => {
  const item = workItem({ provisioning: 'sending', hasData: true })
  t.match(decideUnread({ item, deleted: true }, rules()), { failure: { code: 'ORDER_WITHDRAWN' } })
  t.match(decideUnread({ item }, rules()), { failure: { code: 'ORDER_NOT_VISIBLE' } })
})

t.test('notYetActivating and withdrawnItems tell who is to be told', async (t) => {
  const advance = { kind: 'advance', step: 'provision' } as const
  const ignore = { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' } as const
  const activating = snapshot({ provisioningStatus: 'Activating' })
  const item = workItem()
  const decided = [
    { item, snapshot: snapshot(), outcome: advance },
    { item, snapshot: activating, outcome: advance },
    { item, snapshot: snapshot(), outcome: ignore },
    { item: workItem({ recordId: OTHER }), snapshot: activating, outcome: ignore },
  ]
  t.same(notYetActivating(decided, rules()), [ORDER])
  t.match(withdrawnItems(decided, rules()), [{ recordId: OTHER }])
})

t.test('keepSnapshots keeps what goes on and what failed, and asks nothing for the rest', async (t) => {
  const { batch, asked } = build([])
  const item = workItem()
  const failed = { kind: 'fail', failure: new Failure('ORDER_EMPTY') } as const
  await keepSnapshots(batch([item]), [
    { item, snapshot: snapshot(), outcome: { kind: 'advance', step: 'provision' } },
    { item, snapshot: snapshot({ items: [] }), outcome: failed },
    { item, snapshot: snapshot(), outcome: { kind: 'complete' } },
    { item, outcome: failed },
  ])
  t.match(asked, [['save', [{ snapshot: { items: [{}] } }, { snapshot: { items: [] } }]]])
  await keepSnapshots(batch([item]), [{ item, snapshot: snapshot(), outcome: { kind: 'complete' } }])
  t.equal(asked.length, 1)
})

t.test('sayActivating and takeActivatingBack make no call where nobody is to be told', async (t) => {
  const { batch, asked } = build([])
  const item = workItem()
  const provisioned = [{ item, snapshot: snapshot(), outcome: { kind: 'complete' } as const }]
  t.equal((await sayActivating(batch([item]), provisioned)).size, 0)
  t.equal((await takeActivatingBack(batch([item]), provisioned)).size, 0)
  t.same(asked, [])
})

t.test('takeActivatingBack returns what may pass alone', async (t) => {
  const withdrawn = snapshot({ status: 'Draft', provisioningStatus: 'Activating' })
  const outcome = { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' } as const
  const back = (code: 'SALESFORCE_ROW_LOCKED' | 'SALESFORCE_FIELD_REFUSED') => {
    const { batch } = build([], new Map([[ORDER, new Failure(code)]]))
    return takeActivatingBack(batch([workItem()]), [{ item: workItem(), snapshot: withdrawn, outcome }])
  }
  t.same([...(await back('SALESFORCE_ROW_LOCKED')).keys()], [ORDER])
  t.equal((await back('SALESFORCE_FIELD_REFUSED')).size, 0)
})

t.test('concluded fails what goes on by one refusal and what was withdrawn by the other', async (t) => {
  const [refused, still] = [new Failure('SALESFORCE_ROW_LOCKED'), new Failure('SALESFORCE_UNAVAILABLE')]
  const maps = [new Map([[ORDER, refused]]), new Map([[ORDER, still]])] as const
  const item = workItem()
  t.match(concluded({ item, outcome: { kind: 'advance', step: 'provision' } }, ...maps), { failure: refused })
  t.match(concluded({ item, outcome: { kind: 'complete' } }, ...maps), { failure: still })
  t.same(concluded({ item, outcome: { kind: 'complete' } }, new Map(), new Map()), { kind: 'complete' })
})

t.test('callback keeps an order that can not be asked for, without saying Activating', async (t) => {
  const { run, asked } = build([snapshot({ items: [] })])
  t.match(await run([workItem()]), [{ kind: 'fail', failure: { code: 'ORDER_EMPTY' } }])
  t.match(asked, [['read'], ['save', [{ snapshot: { items: [] } }]]])
})

t.test('callback ignores the echo of its own report, unless the order is not the one that failed', async (t) => {
  const failed = snapshot({ items: [] })
  const report = { provisioningStatus: 'Failed', changedByUs: true } as const
  const { run: echo } = build([{ ...failed, ...report }])
  t.match(await echo([workItem({ snapshot: failed })]), [{ kind: 'ignore', code: 'OWN_REPORT' }])
  t.match(await echo([workItem({ snapshot: failed, replayed: true })]), [{ kind: 'fail' }])
  // Mended after it had been read and before the report, which hides who changed it.
  const { run: mended } = build([snapshot(report)])
  t.match(await mended([workItem({ snapshot: failed })]), [{ kind: 'advance' }])
  t.match(await mended([workItem()]), [{ kind: 'advance' }])
})

t.test('callback fails the order that Salesforce refused to mark, and no other', async (t) => {
  const locked = new Failure('SALESFORCE_ROW_LOCKED')
  const { run } = build([snapshot(), snapshot({ orderId: OTHER })], new Map([[OTHER, locked]]))
  const outcomes = await run([workItem(), workItem({ recordId: OTHER })])
  t.match(outcomes, [{ kind: 'advance' }, { kind: 'fail', failure: locked }])
})

t.test('callback answers in the order of its items, whatever became of each', async (t) => {
  const { run, asked } = build([snapshot(), snapshot({ orderId: OTHER, status: 'Draft' })])
  const gone = '801Ss00000Gg0GgIAJ'
  const items = [gone, OTHER, ORDER].map((recordId) => workItem({ recordId }))
  const outcomes = await run(items)
  t.same(
    outcomes.map(({ kind }) => kind),
    ['ignore', 'ignore', 'advance'],
  )
  t.match(asked[2], ['mark', [ORDER]])
})

t.test('sessionsOf gives each session once, those of the newest messages first', async (t) => {
  const at = (minute: number, sessionId?: string) =>
    workItem({
      receivedAt: new Date(Date.UTC(2026, 9, 1, 9, minute)),
      ...(sessionId !== undefined && { sessionId }),
    })
  t.same(sessionsOf([at(1, 'old'), at(3, 'new'), at(2), at(0, 'new')]), ['new', 'old'])
})

t.test('an order of which an event told before its change was committed is looked at once more', async (t) => {
  const early = workItem({ toldByEvent: true })
  const { run } = build([snapshot({ status: 'Draft' })])
  t.match(await run([early]), [{ kind: 'wait', seconds: 60, code: 'NOT_YET_APPROVED' }])
  const again = { ...early, lastFailure: { code: 'NOT_YET_APPROVED', message: '' } }
  t.match(await run([again]), [{ kind: 'ignore', code: 'NOT_ELIGIBLE' }], 'once is enough')
  t.match(await run([{ ...early, replayed: true }]), [{ kind: 'ignore', code: 'NOT_ELIGIBLE' }], 'a person knows')
})

t.test(
  'an order that is cancelled in WHMCS is reported until Salesforce says so, and is not said to be activating',
  async (t) => {
    const item = workItem({
      cancellation: 'cancelled',
      provisioning: 'accepted',
      whmcsClientId: '7',
      whmcsOrderId: '501',
    })
    const cancelling = rules({ cancellations: 'cancel' })
    const read = (provisioningStatus: string) =>
      snapshot({ status: 'Cancelled', provisioningStatus, whmcsOrderId: '501' })
    const untold = decide({ item, snapshot: read('Provisioned') }, cancelling)
    t.match(untold, { kind: 'advance', step: 'write_back' })
    t.same(notYetActivating([{ item, snapshot: read('Provisioned'), outcome: untold }], cancelling), [])
    t.match(decide({ item, snapshot: read(cancelling.statuses.cancelled) }, cancelling), { kind: 'complete' })
  },
)
