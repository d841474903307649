/** Provision between a ledger and a WHMCS that are plain objects, and the trace of what it did to them. */
import type { Failure } from '../../src/domain/failure.ts'
import type { OrderRules } from '../../src/domain/mapping/mapping.ts'
import type { WorkItem } from '../../src/domain/notification.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Service } from '../../src/domain/services.ts'
import type {
  ClientIntent,
  Clients,
  Intents,
  Invoice,
  ModuleFailure,
  Modules,
  WhmcsOrder,
  WhmcsOrders,
} from '../../src/pipeline/steps/provision/ports.ts'
import { createProvision } from '../../src/pipeline/steps/provision.ts'
import { rules, snapshot, workItem } from './items.ts'

export const SETTLE_SECONDS = 300

type Intent = NonNullable<Awaited<ReturnType<Intents['read']>>>
type Found = Awaited<ReturnType<WhmcsOrders['search']>>

export interface Situation {
  /** What the ledger knows; absent: nothing was sent yet. */
  intent?: Partial<Intent>
  /** What WHMCS has of a client. */
  found?: Found
  foundOf?: Record<string, Found>
  /** What AddOrder and AcceptOrder throw. */
  addThrows?: unknown
  acceptThrows?: Failure
  servicesThrow?: Failure
  /** The order in WHMCS; undefined: it is not there. */
  there?: Partial<WhmcsOrder> | undefined
  /** Its services, question by question; the last for ever. */
  services?: Service[][]
  moduleFailure?: ModuleFailure
  modules?: Modules
  /** Of the client. */
  currency?: string
  /** What WHMCS has of an account without a link. */
  client?: { id: string; by: string }
  clientThrows?: Failure
  invoice?: Partial<Invoice>
  /** Invoices that the transaction has paid for. */
  paidBy?: string[]
  payThrows?: Failure
  endThrows?: Failure
  /** What the ledger knows of it. */
  clientIntent?: ClientIntent
  rules?: Partial<OrderRules>
  /** Another worker was faster. */
  beaten?: boolean
  /** The ledger knows the order under another WHMCS id. */
  takenByAnother?: boolean
  /** The ledger goes away when it should write that the order was added. */
  addedThrows?: Error
}

export function service(changes: Partial<Service> = {}): Service {
  return { id: '2001', pid: '185', status: 'Active', quantity: 2, ...changes }
}

const PENDING: WhmcsOrder = {
  ...{ status: 'pending', statusText: 'Pending', clientId: '1001', markedFor: [], orderNumber: '7', amount: '10.00' },
}
export const ACTIVE = { status: 'active', statusText: 'Active' } as const
export const NOTHING: Found = { all: [], marked: [] }
/** An answer of AddOrder was lost, long ago. */
const UNKNOWN: Intent = {
  state: 'sending',
  whmcsClientId: '1001',
  priorOrderIds: ['900'],
  sends: 1,
  looks: 0,
  secondsSinceSent: SETTLE_SECONDS,
}

export function createSituation(situation: Situation = {}) {
  const { intent, found = NOTHING, foundOf = {}, modules = 'run' } = situation
  const services = [...(situation.services ?? [[service()]])]
  let accepts = 0
  const trace: unknown[][] = []
  const note = (...what: unknown[]) => void trace.push(what)
  const intents: Intents = {
    read: async () => intent && { ...UNKNOWN, ...intent },
    async intend(_organization, { clientId }, before) {
      note('intend', clientId, before)
      return situation.beaten ? undefined : before.sends + 1
    },
    recordRefusal: async (_organization, _order, sends) => note('recordRefusal', sends),
    recordSearch: async (_organization, _order, sends) => note('recordSearch', sends),
    async recordOrder(_organization, _request, order) {
      if (situation.addedThrows) throw situation.addedThrows
      note('recordOrder', order)
      return !situation.takenByAnother
    },
    async beginPay() {
      note('beginPay')
      return !situation.beaten
    },
    async beginCancel() {
      note('beginCancel')
      return !situation.beaten
    },
    recordCancelled: async () => note('recordCancelled'),
    recordDetails: async (_organization, _order, details) => note('details', details),
    async beginAccept() {
      note('beginAccept')
      return !situation.beaten
    },
  }
  const clients: Clients = {
    read: async () => situation.clientIntent,
    async intend(_account, { sends }) {
      note('intendClient', sends)
      return situation.beaten ? undefined : sends + 1
    },
    async record(_account, id, by) {
      note('recordClient', id, by)
      return !situation.takenByAnother
    },
    recordRefusal: async (_account, sends) => note('refuseClient', sends),
    recordSearch: async (_account, sends) => note('searchClient', sends),
  }
  const whmcs: WhmcsOrders = {
    async search({ clientId, lists }) {
      note(lists === 'orders' ? 'SEARCH' : 'SEARCH-BOTH', clientId)
      return foundOf[clientId] ?? found
    },
    async add({ clientId }) {
      note('ADD', clientId)
      if (situation.addThrows) throw situation.addThrows
      return { whmcsOrderId: '1001', serviceIds: ['2001'] }
    },
    async look(id) {
      note('LOOK', id)
      return 'there' in situation && situation.there === undefined ? undefined : { ...PENDING, ...situation.there }
    },
    async accept({ whmcsOrderId, modules: which }) {
      note('ACCEPT', whmcsOrderId, which)
      accepts += 1
      if (situation.acceptThrows && accepts === 1) throw situation.acceptThrows
    },
    async services(_request, { whmcsOrderId, serviceIds }) {
      note('SERVICES', whmcsOrderId, serviceIds)
      if (situation.servicesThrow) throw situation.servicesThrow
      return (services.length > 1 ? services.shift() : services[0]) ?? []
    },
    async findClient() {
      note('FIND')
      return situation.client
    },
    async addClient() {
      note('CLIENT')
      if (situation.clientThrows) throw situation.clientThrows
      return '77'
    },
    async invoice(id) {
      note('INVOICE', id)
      return { status: 'unpaid', statusText: 'Unpaid', ...situation.invoice }
    },
    paidBy: async () => situation.paidBy ?? [],
    async pay(payment) {
      note('PAY', payment)
      if (situation.payThrows) throw situation.payThrows
    },
    cancelOrder: async (id) => note('CANCEL', id),
    async endService(id, how) {
      note('END', id, how)
      if (situation.endThrows) throw situation.endThrows
    },
    currencyOf: async () => situation.currency,
    async moduleFailure(ids) {
      note('QUEUE', ids)
      return situation.moduleFailure
    },
  }
  const provision = createProvision({
    intents,
    clients,
    whmcs,
    rules: rules(situation.rules),
    modules,
    settleSeconds: SETTLE_SECONDS,
    snapshotMaxAgeMs: 15 * 60_000,
  })
  const item = workItem({
    step: 'provision',
    snapshot: snapshot(),
    ...(intent && { provisioning: intent.state ?? UNKNOWN.state }),
  })
  const run = async (changes: Partial<WorkItem> = {}): Promise<Outcome | undefined> =>
    (await provision([{ ...item, ...changes }], new AbortController().signal))[0]
  /** The names of what was done, in order: to WHMCS in capitals, to the ledger in small letters. */
  const steps = () => trace.map(([what]) => what).join(' ')
  return { run, item, provision, trace, steps }
}
