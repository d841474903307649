/** What provision does when AcceptOrder or its modules do not do what they say. */
import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { orderItem, snapshot } from '../../helpers/items.ts'
import { ACTIVE, createSituation, SETTLE_SECONDS, service } from '../../helpers/provision.ts'

const done = { kind: 'advance', step: 'write_back', whmcsOrderId: '1001' }
const PENDING = service({ status: 'Pending' })
const unsure = new Failure('WHMCS_MODULE_UNKNOWN', { detail: 'AcceptOrder: Operation timed out' })
/** AcceptOrder was sent long ago, and nobody knows what came of it. */
const SENT = { state: 'added', whmcsOrderId: '1001', secondsSinceAccept: SETTLE_SECONDS } as const

t.test('provision believes the effect when a module says that it failed', async (t) => {
  for (const acceptThrows of [unsure, new Failure('WHMCS_ACCEPT_FAILED', { detail: 'Already provisioned' })]) {
    const { run, steps, trace } = createSituation({ acceptThrows })
    t.match(await run(), done)
    t.equal(steps(), 'SEARCH intend ADD recordOrder ACCEPT SERVICES ACCEPT SERVICES')
    t.same(trace[6], ['ACCEPT', '1001', 'leave'], 'no module runs a second time')
  }
})

t.test('provision has no module run again that may have run', async (t) => {
  for (const services of [[[PENDING]], [[]]]) {
    const { run, steps } = createSituation({ acceptThrows: unsure, services })
    await t.rejects(run(), unsure)
    t.equal(steps(), 'SEARCH intend ADD recordOrder ACCEPT SERVICES')
  }
})

t.test('provision looks at services and module queue before an AcceptOrder is sent again', async (t) => {
  const services = [[PENDING], [service()]]
  const unknown = { kind: 'unknown', message: 'the module of service 2001 failed: timed out' } as const

  const nothing = createSituation({ intent: SENT, services })
  t.match(await nothing.run(), done)
  t.same(nothing.trace[2], ['QUEUE', ['2001']])

  const unreached = createSituation({ intent: SENT, services, moduleFailure: { ...unknown, kind: 'unreached' } })
  t.match(await unreached.run(), done)
  t.equal(unreached.steps(), 'LOOK SERVICES QUEUE beginAccept ACCEPT SERVICES')

  for (const [kind, code] of [
    ['unknown', 'WHMCS_MODULE_UNKNOWN'],
    ['refused', 'WHMCS_ACCEPT_FAILED'],
  ] as const) {
    const stopped = createSituation({ intent: SENT, services, moduleFailure: { ...unknown, kind } })
    await t.rejects(stopped.run(), { code, message: `WHMCS order 1001 ${unknown.message}` })
    t.equal(stopped.steps(), 'LOOK SERVICES QUEUE')
    const replayed = createSituation({ intent: SENT, services, moduleFailure: { ...unknown, kind } })
    t.match(await replayed.run({ replayed: true }), done, 'a person has looked')
    const retried = createSituation({ intent: SENT, services, moduleFailure: { ...unknown, kind } })
    await t.rejects(retried.run({ replayed: true, attempts: 1 }), { code }, 'once')
  }

  const setUp = createSituation({ intent: SENT })
  t.match(await setUp.run(), done)
  t.equal(setUp.steps(), 'LOOK SERVICES beginAccept ACCEPT SERVICES')
  t.same(setUp.trace[3], ['ACCEPT', '1001', 'leave'])
})

t.test(
  'provision leaves modules alone where somebody sets up services by hand, and takes them as they are',
  async (t) => {
    const { run, trace } = createSituation({ modules: 'leave', services: [[PENDING]] })
    t.match(await run(), done)
    t.same(trace[4], ['ACCEPT', '1001', 'leave'])
  },
)

t.test('provision says which line is incomplete, and not that it is provisioned', async (t) => {
  const items = [orderItem(), orderItem({ id: '802Ss0000044Aa2IAE', whmcsProductId: '242', quantity: 1 })]
  const order = { snapshot: snapshot({ items }) }
  const other = service({ id: '2002', pid: '242', quantity: 1 })
  const cases: [ReturnType<typeof service>[], RegExp][] = [
    [
      [service()],
      /^WHMCS order 1001 is accepted, but OrderItem 802Ss0000044Aa2IAE \(WHMCS product 242\) has no service/,
    ],
    [[PENDING, other], /OrderItem 802Ss0000044Aa1IAE \(WHMCS product 185\): service 2001 is Pending$/],
    [[service(), { ...other, status: 'Cancelled' }], /product 242\): service 2002 is Cancelled$/],
    [[service({ quantity: 1 }), other], /802Ss0000044Aa1IAE \(WHMCS product 185\) has 1 there instead of 2$/],
    [[], /802Ss0000044Aa1IAE .* has no service there; OrderItem 802Ss0000044Aa2IAE .* has no service there$/],
  ]
  for (const [services, message] of cases) {
    const { run } = createSituation({ services: [services] })
    await t.rejects(run(order), { code: 'WHMCS_ORDER_INCOMPLETE', message })
    const found = createSituation({ intent: SENT, there: ACTIVE, services: [services] })
    await t.rejects(found.run(order), { code: 'WHMCS_ORDER_INCOMPLETE' }, 'also when it was accepted before')
  }
  const { run } = createSituation({ services: [[service(), other]] })
  t.match(await run(order), { ...done, serviceIds: { '802Ss0000044Aa1IAE': '2001', '802Ss0000044Aa2IAE': '2002' } })
})

t.test('provision accepts no order that is another one by now', async (t) => {
  const intent = { state: 'added', whmcsOrderId: '1001' } as const
  for (const there of [{ clientId: '7' }, { markedFor: ['801Ss00000Zz9YyIAJ'] }]) {
    const { run, steps } = createSituation({ intent, there })
    await t.rejects(run(), { code: 'WHMCS_ORDER_ID_REUSED', message: /^WHMCS order 1001 / })
    t.equal(steps(), 'LOOK')
  }
  const marked = createSituation({ intent, there: { markedFor: ['801Ss00000Zz9Yy', '801Ss00000Ab1Cd'] } })
  t.match(await marked.run(), done, 'its own marker among others, with 15 characters')
  const former = createSituation({ intent: { ...intent, whmcsClientId: '7' }, there: { clientId: '7' } })
  t.match(await former.run(), done, "the account's link was mended since")
})
