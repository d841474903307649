/**
 * Provision: make the order exist in WHMCS, exactly once. AddOrder has no idempotency key, so:
 *
 * 1. look whether the order is there already, then write the intent down, then send AddOrder - once;
 * 2. an answer that is not clear is *unknown*: after a time in which WHMCS must have ended, look for our marker,
 *    and look again; found once it is adopted, found twice a person decides, found never it is sent again;
 * 3. AcceptOrder by the order's state, never blindly twice. That it is done is written with the settlement; if it never
 *    is, the next worker finds the order active.
 */
import { CODES } from '../../domain/codes.ts'
import { Failure } from '../../domain/failure.ts'
import type { ProvisioningState, WorkItem } from '../../domain/notification.ts'
import { type OrderRules, type ProvisionRequest, toProvisionRequest } from '../../domain/order.ts'
import type { Outcome } from '../../domain/outcome.ts'

/** The ledger's record of what was asked of WHMCS. */
export interface Intents {
  read(organizationId: string, orderId: string): Promise<Intent | undefined>
  /** Before AddOrder. Undefined: another worker was faster, send nothing. Else: the number of this sending. */
  intend(
    organizationId: string,
    request: ProvisionRequest,
    before: { priorOrderIds: string[]; sends: number; looksNeeded: number },
  ): Promise<number | undefined>
  /** WHMCS refused or was not reached: nothing was made. */
  recordRefusal(organizationId: string, orderId: string, sends: number): Promise<void>
  /** WHMCS was searched in vain. */
  recordSearch(organizationId: string, orderId: string, sends: number): Promise<void>
  /**
   * The order exists in WHMCS; what was not adopted is accepted next. False: it is known under another id, or another
   * worker adopted ours before we heard of it.
   */
  recordOrder(
    organizationId: string,
    request: ProvisionRequest,
    order: { whmcsOrderId: string; adopted: boolean },
  ): Promise<boolean>
  /**
   * Before an AcceptOrder that does not follow an AddOrder of ours. False: another worker was faster, send nothing;
   * one that began longer ago than `settleSeconds` has ended.
   */
  beginAccept(organizationId: string, orderId: string, settleSeconds: number): Promise<boolean>
}

interface Intent {
  state: ProvisioningState
  /** To whom AddOrder was sent. */
  whmcsClientId: string
  whmcsOrderId?: string
  /** Ids of the orders that the client had before the sending. */
  priorOrderIds: string[]
  sends: number
  looks: number
  secondsSinceSent: number
  secondsSinceLook?: number
  secondsSinceAccept?: number
}

/** WHMCS, as provision needs it. Everything throws a Failure; WHMCS_OUTCOME_UNKNOWN where it may have acted. */
export interface WhmcsOrders {
  /** The client's orders: ids of all, and of those that carry the marker of this Salesforce order - if one can. */
  search(clientId: string, orderId: string, signal: AbortSignal): Promise<{ all: string[]; marked?: string[] }>
  add(request: ProvisionRequest, signal: AbortSignal): Promise<{ whmcsOrderId: string; serviceIds: string[] }>
  status(whmcsOrderId: string, signal: AbortSignal): Promise<'pending' | 'active' | 'ended' | 'missing'>
  accept(whmcsOrderId: string, signal: AbortSignal): Promise<void>
  /** WHMCS service id by Salesforce order item id, where it is certain. `known`: what AddOrder told, if it did. */
  services(
    request: ProvisionRequest,
    whmcsOrderId: string,
    known: string[],
    signal: AbortSignal,
  ): Promise<Record<string, string>>
}

/** An order in WHMCS, and what AddOrder told of its services. */
interface Added {
  whmcsOrderId: string
  serviceIds: string[]
  /** How it came to be, for ledger.attempt. */
  note: string
}

export interface ProvisionOptions {
  intents: Intents
  whmcs: WhmcsOrders
  rules: OrderRules
  /** After an unknown outcome: how long until WHMCS is believed to have ended. */
  settleSeconds: number
  /** A snapshot older than this is read anew first, ms. */
  snapshotMaxAgeMs: number
}

/** Another worker was faster: look again when it is done. */
const BUSY: Outcome = { kind: 'wait', seconds: 1, code: 'BUSY', message: CODES.BUSY.meaning }

/** Looks that must find nothing before an order of unknown outcome is sent again. */
const LOOKS_NEEDED = 2

export function createProvision(options: ProvisionOptions) {
  const { intents, whmcs, rules, settleSeconds } = options

  async function provision(item: WorkItem, signal: AbortSignal): Promise<Outcome> {
    const { organizationId, recordId: orderId, snapshot, snapshotAgeMs = 0 } = item
    if (snapshot === undefined || snapshotAgeMs > options.snapshotMaxAgeMs) return { kind: 'refresh' }
    const request = toProvisionRequest(snapshot, rules)
    // The claim told whether there is one: for most orders there isn't. If one came since, `intend` refuses.
    const intent = item.provisioning && (await intents.read(organizationId, orderId))
    if (intent?.whmcsOrderId !== undefined) {
      if (intent.state === 'accepted') return done(intent.whmcsOrderId, 'it was provisioned before')
      return acceptAgain(item, request, intent.whmcsOrderId, intent.secondsSinceAccept, signal)
    }
    if (intent?.state === 'sending') {
      const wait = settleSeconds - (intent.secondsSinceLook ?? intent.secondsSinceSent)
      if (wait > 0) return waitForWhmcs(wait)
    }
    const found = await whmcs.search(request.clientId, orderId, signal)
    const [only, another] = found.marked ?? []
    if (another !== undefined) throw duplicated(orderId, found.marked ?? [])
    if (only !== undefined) {
      if (!(await intents.recordOrder(organizationId, request, { whmcsOrderId: only, adopted: true }))) return BUSY
      return acceptAgain(item, request, only, undefined, signal)
    }
    if (intent?.state === 'sending' && found.marked === undefined) refuseToGuess(orderId, found.all, intent)
    if (intent?.state === 'sending' && intent.whmcsClientId !== request.clientId) {
      // The account's link was mended since: what was made then would be the former client's, and no search finds it.
      const former = await whmcs.search(intent.whmcsClientId, orderId, signal)
      refuseToGuess(orderId, former.marked ?? former.all, intent)
    }
    if (intent?.state === 'sending' && intent.looks + 1 < LOOKS_NEEDED) {
      await intents.recordSearch(organizationId, orderId, intent.sends)
      return waitForWhmcs(settleSeconds)
    }
    if (intent?.state === 'sending') await intents.recordSearch(organizationId, orderId, intent.sends)
    const before = { priorOrderIds: found.all, sends: intent?.sends ?? 0, looksNeeded: LOOKS_NEEDED }
    const sends = await intents.intend(organizationId, request, before)
    if (sends === undefined) return BUSY
    return add(item, request, sends, signal)
  }

  async function add(item: WorkItem, request: ProvisionRequest, sends: number, signal: AbortSignal): Promise<Outcome> {
    const { organizationId, recordId: orderId } = item
    const { whmcsOrderId, serviceIds } = await whmcs.add(request, signal).catch(async (error: unknown) => {
      // Only a clear no may be forgotten; everything else stays `sending` and is looked for.
      if (error instanceof Failure && error.code !== 'WHMCS_OUTCOME_UNKNOWN') {
        await intents.recordRefusal(organizationId, orderId, sends)
      }
      throw error
    })
    if (!(await intents.recordOrder(organizationId, request, { whmcsOrderId, adopted: false }))) {
      const known = await intents.read(organizationId, orderId)
      if (known?.whmcsOrderId === whmcsOrderId) return BUSY
      throw duplicated(orderId, [whmcsOrderId, known?.whmcsOrderId ?? 'another'])
    }
    await whmcs.accept(whmcsOrderId, signal)
    return finish(request, { whmcsOrderId, serviceIds, note: 'added and accepted' }, signal)
  }

  /** It may have been accepted, or be in acceptance, already. */
  async function acceptAgain(
    item: WorkItem,
    request: ProvisionRequest,
    whmcsOrderId: string,
    secondsSinceAccept: number | undefined,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const status = await whmcs.status(whmcsOrderId, signal)
    if (status === 'active')
      return finish(request, { whmcsOrderId, serviceIds: [], note: 'found in WHMCS, accepted already' }, signal)
    if (status !== 'pending') throw cancelled(whmcsOrderId, status)
    const wait = settleSeconds - (secondsSinceAccept ?? Number.POSITIVE_INFINITY)
    if (wait > 0) return waitForWhmcs(wait)
    if (!(await intents.beginAccept(item.organizationId, item.recordId, settleSeconds))) return BUSY
    await whmcs.accept(whmcsOrderId, signal)
    return finish(request, { whmcsOrderId, serviceIds: [], note: 'found in WHMCS and accepted' }, signal)
  }

  async function finish(request: ProvisionRequest, order: Added, signal: AbortSignal): Promise<Outcome> {
    const serviceIds = await whmcs.services(request, order.whmcsOrderId, order.serviceIds, signal)
    return { ...done(order.whmcsOrderId, order.note), serviceIds }
  }

  return (items: WorkItem[], signal: AbortSignal): Promise<Outcome[]> =>
    Promise.all(items.map((item) => provision(item, signal)))
}

function done(whmcsOrderId: string, note: string) {
  return { kind: 'advance', step: 'write_back', whmcsOrderId, note } as const
}

function waitForWhmcs(seconds: number): Outcome {
  const message = 'WHMCS gave no clear answer; it is given time to end before it is searched.'
  return { kind: 'wait', seconds, code: 'WHMCS_OUTCOME_UNKNOWN', message }
}

/** Without a marker, or with another client's, nobody but a person can tell whether a new order is ours. */
function refuseToGuess(orderId: string, all: string[], { priorOrderIds }: Intent): void {
  const prior = new Set(priorOrderIds)
  const fresh = all.filter((id) => !prior.has(id))
  if (fresh.length === 0) return
  throw new Failure('WHMCS_ORDER_AMBIGUOUS', {
    record: `Order ${orderId}`,
    detail: `may be one of the WHMCS orders ${fresh.slice(0, 20).join(', ')}, which are new since AddOrder was sent`,
  })
}

function duplicated(orderId: string, whmcsOrderIds: string[]): Failure {
  return new Failure('WHMCS_ORDER_DUPLICATED', {
    record: `Order ${orderId}`,
    detail: `is in WHMCS as ${whmcsOrderIds.join(', ')}`,
  })
}

function cancelled(whmcsOrderId: string, status: 'ended' | 'missing'): Failure {
  const detail = status === 'missing' ? 'was deleted there' : 'was cancelled or marked as fraud there'
  return new Failure('WHMCS_ORDER_CANCELLED', { record: `WHMCS order ${whmcsOrderId}`, detail })
}
