/** WHMCS as provision sees it: it acts or not, and answers, loses the answer, or acts when nobody waits any more. */
import { Failure } from '../../src/domain/failure.ts'
import type { ProvisionRequest } from '../../src/domain/order.ts'
import type { WhmcsOrders } from '../../src/pipeline/steps/provision.ts'
import type { Turns } from './turns.ts'

/** What becomes of an AddOrder or AcceptOrder; late and later: done when nobody waits any more. */
export const FATES = ['fine', 'refused', 'not-sent', 'lost-before', 'lost-after', 'late', 'later'] as const
export type Fate = (typeof FATES)[number]

export interface FakeOrder {
  id: string
  orderId: string
  clientId: string
  status: 'pending' | 'active'
  /** How often AcceptOrder set its modules to work. */
  accepts: number
}

export interface FakeWhmcs {
  orders: FakeOrder[]
  /** What WHMCS still does though its caller has given up, with the seconds that have passed since. */
  late: { act: () => void; seconds: number }[]
  /** The port of one worker. */
  port(worker: Worker): WhmcsOrders
}

export interface Worker {
  name: string
  /** Its turns; it may end or stand still at one of them. */
  turn(label: string): Promise<void>
  fates: { add: Fate; accept: Fate }
}

let lastId = 1_000

export function createFakeWhmcs(turns: Turns, marker: 'notes' | 'none'): FakeWhmcs {
  const orders: FakeOrder[] = []
  const late: FakeWhmcs['late'] = []
  const find = (id: string) => orders.find((order) => order.id === id)

  function make({ orderId, clientId }: ProvisionRequest): string {
    lastId += 1
    orders.push({ id: String(lastId), orderId, clientId, status: 'pending', accepts: 0 })
    return String(lastId)
  }

  /** The modules take their time; two that begin while it is pending both do their work. */
  async function activate(id: string, label: string): Promise<void> {
    const order = find(id)
    if (order?.status !== 'pending') return
    order.accepts += 1
    await turns.turn(label)
    order.status = 'active'
  }

  function port({ name, turn, fates }: Worker): WhmcsOrders {
    async function read<T>(what: string, signal: AbortSignal, answer: () => T): Promise<T> {
      await turn(`${name}: ${what}`)
      if (signal.aborted) throw new Failure('WHMCS_UNREACHABLE')
      return answer()
    }
    /** Sends what changes something; only a caller that waits for it learns what came of it. */
    async function send<T>(what: string, fate: Fate, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
      await turn(`${name}: ${what}, ${fate}`)
      if (signal.aborted || fate === 'not-sent') throw new Failure('WHMCS_UNREACHABLE')
      if (fate === 'refused') throw new Failure(what === 'add' ? 'WHMCS_ORDER_REFUSED' : 'WHMCS_ACCEPT_FAILED')
      if (fate === 'later') late.push({ act: () => void act(), seconds: 0 })
      if (fate === 'late') {
        turns.start(async () => {
          await turns.turn('WHMCS: late')
          await act()
        })
      }
      const result = fate === 'fine' || fate === 'lost-after' ? await act() : undefined
      await turn(`${name}: answer to ${what}, ${fate}`)
      if (result === undefined || fate !== 'fine' || signal.aborted) throw new Failure('WHMCS_OUTCOME_UNKNOWN')
      return result
    }
    return {
      search: (clientId, orderId, signal) =>
        read('search', signal, () => {
          const own = orders.filter((order) => order.clientId === clientId)
          const marked = own.filter((order) => order.orderId === orderId).map(({ id }) => id)
          return { all: own.map(({ id }) => id), ...(marker === 'notes' && { marked }) }
        }),
      add: (request, signal) =>
        send('add', fates.add, signal, async () => ({ whmcsOrderId: make(request), serviceIds: ['1'] })),
      status: (id, signal) => read('status', signal, () => find(id)?.status ?? 'missing'),
      async accept(id, signal) {
        await send('accept', fates.accept, signal, async () => {
          await activate(id, `${name}: modules`)
          return id
        })
      },
      services: (request, _id, _known, signal) =>
        read('services', signal, () => Object.fromEntries(request.lines.map(({ orderItemId }) => [orderItemId, '1']))),
    }
  }
  return { orders, late, port }
}
