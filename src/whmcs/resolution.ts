/**
 * A person says what became of an AddOrder whose answer was lost: it is that order in WHMCS, or it was never made. People
 * mistype numbers, and the order that a wrong one names would be accepted: so WHMCS is asked whether it can be.
 */
import type { ProvisionRequest } from '../domain/order.ts'
import { assignServices, isMarkedForOthers, type Service } from '../domain/services.ts'
import type { WhmcsOrder } from './orders.ts'
import type { Found, SearchQuestion } from './search.ts'

export interface Resolution {
  organizationId: string
  orderId: string
  /** Absent: it was never made. */
  whmcsOrderId?: string
}

/** WHMCS, as the check needs it. */
export interface Whmcs {
  search(question: SearchQuestion, signal: AbortSignal): Promise<Found>
  look(whmcsOrderId: string, signal: AbortSignal): Promise<WhmcsOrder | undefined>
  services(
    request: ProvisionRequest,
    order: { whmcsOrderId: string; serviceIds: string[] },
    signal: AbortSignal,
  ): Promise<Service[]>
}

/** The ledger, as the check needs it. */
export interface KnownIntents {
  read(organizationId: string, orderId: string): Promise<KnownIntent | undefined>
  /** The order that is known under this WHMCS order id. */
  orderOf(organizationId: string, whmcsOrderId: string): Promise<string | undefined>
}

export interface KnownIntent {
  request: ProvisionRequest
  /** Said before, or found by its marker. */
  whmcsOrderId?: string
  /** Present: AcceptOrder was sent for it. */
  secondsSinceAccept?: number
}

/** Why it can't be so, a sentence each. None: it may be believed. */
export async function checkResolution(
  resolution: Resolution,
  { whmcs, intents }: { whmcs: Whmcs; intents: KnownIntents },
  signal: AbortSignal,
): Promise<string[]> {
  const { organizationId, orderId, whmcsOrderId } = resolution
  const intent = await intents.read(organizationId, orderId)
  if (intent === undefined) return [`Nothing was ever sent to WHMCS for order ${orderId}.`]
  const kept = await keptByAcceptance(intent, whmcs, signal)
  if (kept !== undefined) return [kept]
  if (whmcsOrderId === undefined) return made(orderId, intent, whmcs, signal)
  const other = await intents.orderOf(organizationId, whmcsOrderId)
  const known = other !== undefined && other !== orderId ? [`WHMCS order ${whmcsOrderId} is order ${other}.`] : []
  return [...known, ...(await differences(orderId, whmcsOrderId, { intent, whmcs, signal }))]
}

/** An earlier word can be taken back as long as nothing was accepted by it. */
async function keptByAcceptance(intent: KnownIntent, whmcs: Whmcs, signal: AbortSignal): Promise<string | undefined> {
  const { whmcsOrderId, secondsSinceAccept } = intent
  if (whmcsOrderId === undefined || secondsSinceAccept === undefined) return undefined
  const there = await whmcs.look(whmcsOrderId, signal)
  return there?.status === 'active' ? `It was accepted as WHMCS order ${whmcsOrderId}.` : undefined
}

/** An order that carries our marker was made, whatever anybody says. */
async function made(orderId: string, { request }: KnownIntent, whmcs: Whmcs, signal: AbortSignal): Promise<string[]> {
  const { marked = [] } = await whmcs.search({ clientId: request.clientId, orderId, lists: 'orders' }, signal)
  return marked.map((id) => `WHMCS order ${id} carries the marker of order ${orderId}.`)
}

/** What tells the order that is named from the one that was asked for. */
async function differences(
  orderId: string,
  whmcsOrderId: string,
  { intent, whmcs, signal }: { intent: KnownIntent; whmcs: Whmcs; signal: AbortSignal },
): Promise<string[]> {
  const { request } = intent
  const named = `WHMCS order ${whmcsOrderId}`
  const there = await whmcs.look(whmcsOrderId, signal)
  if (there === undefined) return [`WHMCS has no order ${whmcsOrderId}.`]
  if (there.clientId !== request.clientId) {
    return [`${named} belongs to client ${there.clientId}, and order ${orderId} to client ${request.clientId}.`]
  }
  const services = await whmcs.services(request, { whmcsOrderId, serviceIds: [] }, signal)
  const markedFor = [...new Set([...there.markedFor, ...services.flatMap((service) => service.markedFor ?? [])])]
  const marked = isMarkedForOthers(markedFor, orderId)
    ? [`${named} carries the marker of ${markedFor.join(', ')}.`]
    : []
  const { lacking } = assignServices(request, services)
  return [
    ...marked,
    ...lacking.map(({ line, reason }) => `In ${named}, ${line.orderItemId} (WHMCS product ${line.pid}) ${reason}.`),
  ]
}
