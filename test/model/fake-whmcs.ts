/** WHMCS as provision sees it: it acts or not, and answers, loses the answer, or acts when nobody waits any more. */
import { Failure } from '../../src/domain/failure.ts'
import type { ProvisionRequest } from '../../src/domain/order.ts'
import type { ModuleFailure, Modules, WhmcsOrders } from '../../src/pipeline/steps/provision/ports.ts'
import type { Turns } from './turns.ts'

/**
 * What becomes of an AddOrder or AcceptOrder; late and later: done when nobody waits any more. odd: refused in words that
 * nobody knows, or by a module that can't say whether it ran; odd-done: the same, and it was done.
 */
export const FATES = [
  'fine',
  'refused',
  'not-sent',
  'lost-before',
  'lost-after',
  'late',
  'later',
  'odd',
  'odd-done',
] as const
export type Fate = (typeof FATES)[number]

export interface FakeOrder {
  id: string
  orderId: string
  clientId: string
  status: 'pending' | 'active'
  /** How often AcceptOrder set its modules to work. */
  accepts: number
  service: 'Pending' | 'Active'
  /** What the module queue says. */
  failure?: ModuleFailure
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

interface Sending {
  what: 'add' | 'accept'
  fate: Fate
  signal: AbortSignal
}

const NO_CODES = { add: 'WHMCS_ORDER_REFUSED', accept: 'WHMCS_ACCEPT_FAILED' } as const
const ODD_CODES = { add: 'WHMCS_ANSWER_UNKNOWN', accept: 'WHMCS_MODULE_UNKNOWN' } as const

let lastId = 1_000

export function createFakeWhmcs(turns: Turns, marker: 'notes' | 'none'): FakeWhmcs {
  const orders: FakeOrder[] = []
  const late: FakeWhmcs['late'] = []
  const find = (id: string) => orders.find((order) => order.id === id)

  function make({ orderId, clientId }: ProvisionRequest): string {
    lastId += 1
    orders.push({ id: String(lastId), orderId, clientId, status: 'pending', accepts: 0, service: 'Pending' })
    return String(lastId)
  }

  /** The modules take their time; two that begin while it is pending both do their work. */
  async function activate(id: string, modules: Modules, label: string): Promise<void> {
    const order = find(id)
    if (order?.status !== 'pending') return
    if (modules === 'run' && order.service === 'Pending') {
      order.accepts += 1
      await turns.turn(label)
      order.service = 'Active'
    }
    order.status = 'active'
  }

  /** The module did its work or not, and the order stays where it is. */
  function failModule(id: string, kind: ModuleFailure['kind'], ran: boolean): void {
    const order = find(id)
    if (order?.status !== 'pending') return
    if (ran) order.accepts += 1
    order.failure = { kind, message: 'the module failed' }
  }

  function port({ name, turn, fates }: Worker): WhmcsOrders {
    async function read<T>(what: string, signal: AbortSignal, answer: () => T): Promise<T> {
      await turn(`${name}: ${what}`)
      if (signal.aborted) throw new Failure('WHMCS_UNREACHABLE')
      return answer()
    }
    /** Sends what changes something; only a caller that waits for it learns what came of it. */
    async function send<T>({ what, fate, signal }: Sending, act: () => Promise<T>): Promise<T> {
      await turn(`${name}: ${what}, ${fate}`)
      if (signal.aborted || fate === 'not-sent') throw new Failure('WHMCS_UNREACHABLE')
      if (fate === 'refused') throw new Failure(NO_CODES[what])
      if (fate === 'later') late.push({ act: () => void act(), seconds: 0 })
      if (fate === 'late') {
        turns.start(async () => {
          await turns.turn('WHMCS: late')
          await act()
        })
      }
      const acts = fate === 'fine' || fate === 'lost-after' || fate === 'odd-done'
      const result = acts ? await act() : undefined
      await turn(`${name}: answer to ${what}, ${fate}`)
      // What is done and what is not is never said in the same words.
      if (fate.startsWith('odd') && !signal.aborted) throw new Failure(ODD_CODES[what], { detail: fate })
      if (result === undefined || fate !== 'fine' || signal.aborted) throw new Failure('WHMCS_OUTCOME_UNKNOWN')
      return result
    }
    return {
      search: ({ clientId, orderId }, signal) =>
        read('search', signal, () => {
          const own = orders.filter((order) => order.clientId === clientId)
          const marked = own.filter((order) => order.orderId === orderId).map(({ id }) => id)
          return { all: own.map(({ id }) => id), ...(marker === 'notes' && { marked }) }
        }),
      add: (request, signal) =>
        send({ what: 'add', fate: fates.add, signal }, async () => ({
          whmcsOrderId: make(request),
          serviceIds: ['1'],
        })),
      look: (id, signal) =>
        read('look', signal, () => {
          const order = find(id)
          return order && { ...order, statusText: order.status, markedFor: [], orderNumber: '', amount: '' }
        }),
      async accept({ whmcsOrderId, modules }, signal) {
        // What leaves the modules alone can't fail in one.
        const fate = modules === 'leave' && /^(?:refused|odd)/.test(fates.accept) ? 'fine' : fates.accept
        await turn(`${name}: module`)
        if (!signal.aborted && fate === 'refused') failModule(whmcsOrderId, 'refused', false)
        if (!signal.aborted && fate.startsWith('odd')) failModule(whmcsOrderId, 'unknown', fate === 'odd-done')
        await send({ what: 'accept', fate, signal }, async () => {
          // What the module did is counted there.
          if (!fate.startsWith('odd')) await activate(whmcsOrderId, modules, `${name}: modules`)
          return whmcsOrderId
        })
      },
      services: ({ lines }, { whmcsOrderId }, signal) =>
        read('services', signal, () => {
          const order = find(whmcsOrderId)
          return order ? lines.map(({ pid }) => ({ id: '1', pid, status: order.service })) : []
        }),
      findClient: async () => undefined,
      addClient: async () => '',
      invoice: async () => ({ status: 'paid', statusText: 'Paid' }),
      paidBy: async () => [],
      pay: async () => {},
      cancelOrder: async () => {},
      endService: async () => {},
      currencyOf: async () => undefined,
      moduleFailure: (_ids, signal) => read('queue', signal, () => orders.find(({ failure }) => failure)?.failure),
    }
  }
  return { orders, late, port }
}
