/**
 * Provisioning against a WHMCS that fails in every way, by several workers that meet at every step, end or stand still
 * there: never two orders for one of Salesforce, and every order comes to its end. How it is run:
 * runs.ts; a failure shows the interleaving.
 */
import { deepStrictEqual, ok } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { toFailure } from '../../src/domain/failure.ts'
import { createClients } from '../../src/ledger/work/clients.ts'
import { createIntents } from '../../src/ledger/work/intents.ts'
import type { Intents } from '../../src/pipeline/steps/provision/ports.ts'
import { createProvision } from '../../src/pipeline/steps/provision.ts'
import { ORGANIZATION, orderItem, rules, snapshot, workItem } from '../helpers/items.ts'
import { createBench } from '../helpers/ledger.ts'
import { newOrderId } from '../helpers/messages.ts'
import { createFakeWhmcs, FATES, type FakeWhmcs } from './fake-whmcs.ts'
import { runsOf, TIMEOUT_MS } from './runs.ts'
import { createTurns, type Turns } from './turns.ts'

const SETTLE_SECONDS = 300
const CLIENT = '1001'

/** There is one order, and nobody cancels it. */
const NEVER = ['WHMCS_ORDER_DUPLICATED', 'WHMCS_ORDER_CANCELLED', 'nothing']

interface Plan {
  /** Which of the two orders. */
  order: number
  fates: { add: (typeof FATES)[number]; accept: (typeof FATES)[number] }
  /** At which of its turns what happens to the worker. */
  at: number
  trouble: 'none' | 'crash' | 'freeze' | 'ledger-before' | 'ledger-after'
  /** A person has looked, and has put it back to work. */
  replayed?: true
}
const CALM: Plan = { order: 0, fates: { add: 'fine', accept: 'fine' }, at: 0, trouble: 'none' }

const fate = fc.oneof(
  { weight: 2, arbitrary: fc.constant('fine' as const) },
  fc.constantFrom(...FATES, 'late', 'later', 'odd', 'odd-done', 'odd-done'),
  // What two orders come of, if anybody is in a hurry: WHMCS still at work, and nobody hears of it.
  fc.constant('later' as const),
)
const troubledPlan: fc.Arbitrary<Plan> = fc.record({
  // They have to meet.
  order: fc.constantFrom(0, 0, 0, 1),
  fates: fc.record({ add: fate, accept: fate }),
  at: fc.nat(11),
  trouble: fc.oneof(
    { weight: 2, arbitrary: fc.constant('none' as const) },
    fc.constantFrom('crash' as const, 'freeze' as const, 'ledger-before' as const, 'ledger-after' as const),
  ),
})
const plan = fc.oneof({ weight: 2, arbitrary: troubledPlan }, { weight: 1, arbitrary: fc.constant(CALM) })
const round = fc.record({
  plans: fc.array(plan, { minLength: 1, maxLength: 5 }),
  seconds: fc.constantFrom(10, 10, 150, SETTLE_SECONDS + 1),
})

t.test('provision makes an order once, however its workers meet and fail', { timeout: TIMEOUT_MS }, async (t) => {
  const { pool, rows, accept } = await createBench(t)
  const intents = createIntents(pool)
  const seen = new Map<string, number>()
  const runs = runsOf(120)
  t.comment(`MODEL_SEED=${runs.seed}`)

  /** One worker with one order in hand, to its end or to that of the worker. */
  async function attempt(world: World, plan: Plan, name: string): Promise<void> {
    const { turns, whmcs, orderIds } = world
    const recordId = orderIds[plan.order] ?? ''
    const controller = new AbortController()
    let turn = 0
    const take = async (label: string) => {
      await turns.turn(label)
      if (turn++ !== plan.at) return 'none'
      if (plan.trouble === 'crash') await turns.apart(new Promise(() => {}))
      if (plan.trouble === 'freeze') await turns.apart(new Promise((thaw) => world.frozen.push({ thaw, controller })))
      return plan.trouble
    }
    const worker = { name, fates: plan.fates, turn: async (label: string) => void (await take(label)) }
    const ask = troubled(name, take)
    const provision = createProvision({
      intents: troubledIntents(intents, ask),
      clients: createClients({ runner: pool, organizationId: ORGANIZATION }),
      whmcs: whmcs.port(worker),
      rules: rules(),
      modules: 'run',
      settleSeconds: SETTLE_SECONDS,
      snapshotMaxAgeMs: Number.POSITIVE_INFINITY,
    })
    try {
      await take(`${name}: claim`)
      const known = (await intents.read(ORGANIZATION, recordId))?.state
      const order = snapshot({ orderId: recordId, account: { id: 'a', whmcsClientId: CLIENT }, items: [orderItem()] })
      const lastFailure = world.failures.get(recordId)
      const item = workItem({
        step: 'provision',
        recordId,
        snapshot: order,
        ...(known && { provisioning: known }),
        ...(lastFailure && { lastFailure }),
        ...(plan.replayed && { replayed: true }),
      })
      const [outcome] = await provision([item], controller.signal)
      const serviceIds = outcome?.kind === 'advance' ? outcome.serviceIds : undefined
      if (serviceIds !== undefined) await ask('settle', () => accept(recordId, serviceIds))
      world.ends.set(recordId, outcome?.kind ?? 'nothing')
      if (outcome?.kind === 'wait') world.failures.set(recordId, outcome)
    } catch (error) {
      const { code, message } = toFailure(error)
      world.ends.set(recordId, code)
      world.failures.set(recordId, { code, message })
    }
    const end = world.ends.get(recordId) ?? ''
    world.failed ||= NEVER.includes(end)
    seen.set(end, (seen.get(end) ?? 0) + 1)
  }

  async function playRound(world: World, plans: Plan[], seconds: number): Promise<void> {
    for (const { thaw, controller } of world.frozen.splice(0)) {
      // Its lease is long lost, and that is the first thing it finds out.
      controller.abort(new Error('the lease ran out'))
      thaw()
    }
    for (const { act } of world.whmcs.late.splice(0)) {
      world.turns.start(async () => {
        await world.turns.turn('WHMCS: late')
        act()
      })
    }
    plans.forEach((plan, i) => {
      world.turns.start(() => attempt(world, plan, `w${i}`))
    })
    await world.turns.run()
    world.whmcs.late = world.whmcs.late.flatMap(({ act, seconds: since }) => {
      if (since + seconds < SETTLE_SECONDS) return { act, seconds: since + seconds }
      act()
      return []
    })
    await world.turns.run()
    const columns = ['sent_at', 'looked_at', 'accept_sent_at'].map((column) => `${column} = ${column} - $1::interval`)
    await rows(`update ledger.provisioning set ${columns} where order_id = any ($2)`, [
      `${seconds} seconds`,
      world.orderIds,
    ])
    ok(!world.failed, `no worker ends with ${NEVER.join(' or ')}`)
    for (const orderId of world.orderIds) {
      const made = world.whmcs.orders.filter((order) => order.orderId === orderId)
      ok(made.length <= 1, `WHMCS has ${made.length} orders for ${orderId}`)
      ok(
        made.every(({ accepts }) => accepts <= 1),
        `AcceptOrder worked ${made[0]?.accepts} times on one order`,
      )
    }
  }

  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.array(round, { minLength: 1, maxLength: 6, size: 'max' }),
    fc.constantFrom('notes', 'notes', 'none'),
    async (scheduler, rounds, marker) => {
      const turns = createTurns(scheduler)
      const orderIds = [newOrderId(), newOrderId()]
      const world: World = {
        turns,
        whmcs: createFakeWhmcs(turns, marker),
        orderIds,
        frozen: [],
        ends: new Map(),
        failures: new Map(),
        failed: false,
      }
      for (const { plans, seconds } of rounds) await playRound(world, plans, seconds)
      // Nothing fails any more; a person replays what stopped.
      const done = () =>
        orderIds.every((orderId) => ['advance', 'WHMCS_ORDER_AMBIGUOUS'].includes(world.ends.get(orderId) ?? ''))
      world.ends.clear()
      for (let calm = 0; calm < 5 && !done(); calm++) {
        // Before that the person sets up in WHMCS what a module had made without saying so.
        for (const made of world.whmcs.orders) if (made.accepts > 0) made.service = 'Active'
        const replayed = { ...CALM, replayed: true } as const
        await playRound(world, [replayed, { ...replayed, order: 1 }], SETTLE_SECONDS + 1)
      }
      for (const orderId of orderIds) {
        const end = world.ends.get(orderId)
        if (marker === 'none' && end === 'WHMCS_ORDER_AMBIGUOUS') continue
        deepStrictEqual(end, 'advance', 'it is provisioned')
        const made = world.whmcs.orders.filter((order) => order.orderId === orderId)
        deepStrictEqual(
          made.map(({ status }) => status),
          ['active'],
        )
        const intent = await intents.read(ORGANIZATION, orderId)
        deepStrictEqual([intent?.state, intent?.whmcsOrderId], ['accepted', made[0]?.id])
      }
    },
  )
  await fc.assert(property, runs)
  t.comment(JSON.stringify(Object.fromEntries(seen)))
  t.ok(seen.get('advance'))
})

interface World {
  turns: Turns
  whmcs: FakeWhmcs
  orderIds: string[]
  /** Workers that stand still, and go on in the next round. */
  frozen: { thaw: () => void; controller: AbortController }[]
  /** How the last attempt at each order ended. */
  ends: Map<string, string>
  /** What an attempt at each order left for the next one to read. */
  failures: Map<string, { code: string; message: string }>
  /** One said what can't be true. */
  failed: boolean
}

/** The ledger, which is away at one moment: before it did what was asked, or with the answer. */
function troubled(name: string, take: (label: string) => Promise<Plan['trouble']>) {
  return async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    const trouble = await take(`${name}: ${what}`)
    if (trouble === 'ledger-before') throw new Error('the ledger is away')
    const answer = await act()
    if (trouble === 'ledger-after') throw new Error('the ledger did not answer')
    return answer
  }
}

function troubledIntents(intents: Intents, ask: ReturnType<typeof troubled>): Intents {
  return {
    read: (...given) => ask('read', () => intents.read(...given)),
    intend: (...given) => ask('intend', () => intents.intend(...given)),
    recordRefusal: (...given) => ask('refused', () => intents.recordRefusal(...given)),
    recordSearch: (...given) => ask('looked', () => intents.recordSearch(...given)),
    recordOrder: (...given) => ask('added', () => intents.recordOrder(...given)),
    beginPay: (...given) => ask('paying', () => intents.beginPay(...given)),
    beginCancel: (...given) => ask('cancelling', () => intents.beginCancel(...given)),
    recordCancelled: (...given) => ask('cancelled', () => intents.recordCancelled(...given)),
    recordDetails: (...given) => ask('details', () => intents.recordDetails(...given)),
    beginAccept: (...given) => ask('accepting', () => intents.beginAccept(...given)),
  }
}
