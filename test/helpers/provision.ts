/** Provision between a ledger and a WHMCS that are plain objects, and the trace of what it did to them. */
import type { Failure } from '../../src/domain/failure.ts'
import type { WorkItem } from '../../src/domain/notification.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { createProvision, type Intents, type WhmcsOrders } from '../../src/pipeline/steps/provision.ts'
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
  status?: Awaited<ReturnType<WhmcsOrders['status']>>
  /** Another worker was faster. */
  beaten?: boolean
  /** The ledger knows the order under another WHMCS id. */
  takenByAnother?: boolean
  /** The ledger goes away when it should write that the order was added. */
  addedThrows?: Error
}

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
  const { intent, found = NOTHING, foundOf = {}, status = 'pending' } = situation
  const trace: unknown[][] = []
  const note = (...what: unknown[]) => void trace.push(what)
  const intents: Intents = {
    read: async () => intent && { ...UNKNOWN, ...intent },
    async intend(_organization, { clientId }, before) {
      note('intend', clientId, before)
      return situation.beaten ? undefined : before.sends + 1
    },
    recordRefusal: async (_organization, _order, sends) => note('refused', sends),
    recordSearch: async (_organization, _order, sends) => note('looked', sends),
    async recordOrder(_organization, _request, order) {
      if (situation.addedThrows) throw situation.addedThrows
      note('added', order)
      return !situation.takenByAnother
    },
    async beginAccept() {
      note('accepting')
      return !situation.beaten
    },
  }
  const whmcs: WhmcsOrders = {
    async search(clientId) {
      note('SEARCH', clientId)
      return foundOf[clientId] ?? found
    },
    async add({ clientId }) {
      note('ADD', clientId)
      if (situation.addThrows) throw situation.addThrows
      return { whmcsOrderId: '1001', serviceIds: ['2001'] }
    },
    async status(id) {
      note('STATUS', id)
      return status
    },
    async accept(id) {
      note('ACCEPT', id)
      if (situation.acceptThrows) throw situation.acceptThrows
    },
    async services(_request, id, known) {
      note('SERVICES', id, known)
      if (situation.servicesThrow) throw situation.servicesThrow
      return { item: '2001' }
    },
  }
  const provision = createProvision({
    intents,
    whmcs,
    rules: rules(),
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
