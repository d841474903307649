import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { snapshot, without } from '../../helpers/items.ts'
import { ACTIVE, createSituation, SETTLE_SECONDS, service } from '../../helpers/provision.ts'

const unknown = new Failure('WHMCS_OUTCOME_UNKNOWN', { detail: 'AddOrder: HTTP 500 without JSON' })
const done = { kind: 'advance', step: 'write_back', whmcsOrderId: '1001' }

t.test('provision looks, writes the intent down, adds, accepts - in this order', async (t) => {
  const { run, trace, steps } = createSituation({ found: { all: ['900'], marked: [] } })
  t.match(await run(), { ...done, serviceIds: { '802Ss0000044Aa1IAE': '2001' }, note: 'added and accepted' })
  t.equal(steps(), 'SEARCH intend ADD recordOrder ACCEPT SERVICES')
  t.match(trace, [
    ['SEARCH', '1001'],
    ['intend', '1001', { priorOrderIds: ['900'], sends: 0, looksNeeded: 2 }],
    ['ADD', '1001'],
    ['recordOrder', { whmcsOrderId: '1001', adopted: false }],
    ['ACCEPT', '1001', 'run'],
    ['SERVICES', '1001', ['2001']],
  ])
})

t.test('provision reads an order anew that it does not know, or has known for too long', async (t) => {
  const { run, item, provision, steps } = createSituation()
  const { signal } = new AbortController()
  t.same(await provision([without(item, 'snapshot')], signal), [{ kind: 'refresh' }])
  t.same(await run({ snapshotAgeMs: 15 * 60_000 + 1 }), { kind: 'refresh' })
  t.equal(steps(), '')
  t.match(await run({ snapshotAgeMs: 15 * 60_000 }), { kind: 'advance' })
})

t.test('provision sends nothing of an order that can not be asked for', async (t) => {
  const { run, steps } = createSituation()
  await t.rejects(run({ snapshot: snapshot({ items: [] }) }), { code: 'ORDER_EMPTY' })
  t.equal(steps(), '')
})

t.test('provision does nothing again of what is accepted', async (t) => {
  const { run, steps } = createSituation({ intent: { state: 'accepted', whmcsOrderId: '1001' } })
  t.same(await run(), { ...done, note: 'it was provisioned before' })
  t.equal(steps(), '')
})

t.test('provision adopts an order that is in WHMCS already, and accepts it if need be', async (t) => {
  const found = { all: ['900', '1001'], marked: ['1001'] }
  const pending = createSituation({ found })
  t.match(await pending.run(), { ...done, note: 'found in WHMCS and accepted' })
  t.equal(pending.steps(), 'SEARCH recordOrder LOOK beginAccept ACCEPT SERVICES')
  t.match(pending.trace[1], ['recordOrder', { whmcsOrderId: '1001', adopted: true }])
  const active = createSituation({ found, there: ACTIVE })
  t.match(await active.run(), { ...done, note: 'found in WHMCS, accepted already' })
  t.equal(active.steps(), 'SEARCH recordOrder LOOK SERVICES')
})

t.test('provision leaves two orders with our marker to a person', async (t) => {
  for (const intent of [undefined, { looks: 1 }]) {
    const found = { all: ['1', '2'], marked: ['1', '2'] }
    const { run, steps } = createSituation({ found, ...(intent && { intent }) })
    await t.rejects(run(), { code: 'WHMCS_ORDER_DUPLICATED', message: /is in WHMCS as 1, 2$/ })
    t.equal(steps(), intent ? 'SEARCH-BOTH' : 'SEARCH')
  }
})

t.test('provision sends nothing when another worker was faster', async (t) => {
  const { run, steps } = createSituation({ beaten: true })
  t.match(await run(), { kind: 'wait', seconds: 1, code: 'BUSY' })
  t.equal(steps(), 'SEARCH intend')
})

t.test('provision accepts nothing that the ledger knows under another WHMCS id', async (t) => {
  const found = { all: ['1001'], marked: ['1001'] }
  const adopting = createSituation({ found, takenByAnother: true })
  t.match(await adopting.run(), { kind: 'wait', code: 'BUSY' })
  t.equal(adopting.steps(), 'SEARCH recordOrder')
  const adding = createSituation({ takenByAnother: true })
  await t.rejects(adding.run(), { code: 'WHMCS_ORDER_DUPLICATED' })
  t.equal(adding.steps(), 'SEARCH intend ADD recordOrder')
})

t.test('provision asks for no intent where the claim saw none: intend finds out', async (t) => {
  const intent = { state: 'accepted', whmcsOrderId: '1001' } as const
  const { provision, item, steps } = createSituation({ intent, beaten: true })
  const outcomes = await provision([without(item, 'provisioning')], new AbortController().signal)
  t.match(outcomes, [{ kind: 'wait', code: 'BUSY' }])
  t.equal(steps(), 'SEARCH intend')
})

t.test('provision forgets the intent only after a clear no', async (t) => {
  const clear = ['WHMCS_CLIENT_UNKNOWN', 'WHMCS_ORDER_REFUSED', 'WHMCS_UNREACHABLE', 'WHMCS_ACCESS_REFUSED'] as const
  for (const code of clear) {
    const { run, steps, trace } = createSituation({ addThrows: new Failure(code) })
    await t.rejects(run(), { code })
    t.equal(steps(), 'SEARCH intend ADD recordRefusal', code)
    t.same(trace[3], ['recordRefusal', 1])
  }
  for (const addThrows of [unknown, new TypeError('nobody foresaw it'), new DOMException('stopped', 'AbortError')]) {
    const { run, steps } = createSituation({ addThrows })
    await t.rejects(run(), addThrows)
    t.equal(steps(), 'SEARCH intend ADD', addThrows.name)
  }
})

t.test('provision sends again at once after a clear no, counting on', async (t) => {
  const { run, trace, steps } = createSituation({ intent: { state: 'refused', sends: 2, secondsSinceSent: 1 } })
  t.match(await run(), done)
  t.equal(steps(), 'SEARCH intend ADD recordOrder ACCEPT SERVICES')
  t.match(trace[1], ['intend', '1001', { sends: 2 }])
})

t.test('provision goes no further when the ledger does not take down that the order was added', async (t) => {
  const { run, steps } = createSituation({ addedThrows: new Error('the ledger is away') })
  await t.rejects(run(), { message: 'the ledger is away' })
  t.equal(steps(), 'SEARCH intend ADD')
})

t.test('provision accepts by the state of the order, never blindly twice', async (t) => {
  const added = { state: 'added', whmcsOrderId: '1001' } as const
  const never = createSituation({ intent: added })
  t.match(await never.run(), { ...done, note: 'found in WHMCS and accepted' })
  t.equal(never.steps(), 'LOOK beginAccept ACCEPT SERVICES')

  const before = createSituation({ intent: { ...added, secondsSinceAccept: 5 }, there: ACTIVE })
  t.match(await before.run(), done)
  t.equal(before.steps(), 'LOOK SERVICES')

  const underWay = createSituation({ intent: { ...added, secondsSinceAccept: 5 } })
  t.match(await underWay.run(), { kind: 'wait', seconds: SETTLE_SECONDS - 5, code: 'WHMCS_OUTCOME_UNKNOWN' })
  t.equal(underWay.steps(), 'LOOK')

  const ended = createSituation({
    intent: { ...added, secondsSinceAccept: SETTLE_SECONDS },
    services: [[service({ status: 'Pending' })], [service()]],
  })
  t.match(await ended.run(), done)
  t.equal(ended.steps(), 'LOOK SERVICES QUEUE beginAccept ACCEPT SERVICES')
})

t.test('provision does not undo what a person decided in WHMCS', async (t) => {
  const intent = { state: 'added', whmcsOrderId: '1001' } as const
  const cases: [Parameters<typeof createSituation>[0], string, string][] = [
    [{ there: { status: 'ended', statusText: 'Fraud' } }, 'WHMCS_ORDER_CANCELLED', 'WHMCS order 1001 is Fraud there'],
    [{ there: undefined }, 'WHMCS_ORDER_CANCELLED', 'WHMCS order 1001 was deleted there'],
    [
      { there: { status: 'unknown', statusText: 'Verified' } },
      'WHMCS_ORDER_STATUS',
      "WHMCS order 1001 has the status 'Verified' there",
    ],
  ]
  for (const [situation, code, message] of cases) {
    const { run, steps } = createSituation({ intent, ...situation })
    await t.rejects(run(), { code, message })
    t.equal(steps(), 'LOOK')
  }
})

t.test('provision keeps an order that was added when accepting it fails', async (t) => {
  const services = [[service({ status: 'Pending' })]]
  const failed = createSituation({ acceptThrows: new Failure('WHMCS_ACCEPT_FAILED'), services })
  await t.rejects(failed.run(), { code: 'WHMCS_ACCEPT_FAILED' })
  t.equal(failed.steps(), 'SEARCH intend ADD recordOrder ACCEPT SERVICES')
  const unasked = createSituation({ servicesThrow: new Failure('WHMCS_UNAVAILABLE') })
  await t.rejects(unasked.run(), { code: 'WHMCS_UNAVAILABLE' })
  t.equal(unasked.steps(), 'SEARCH intend ADD recordOrder ACCEPT SERVICES')
})
