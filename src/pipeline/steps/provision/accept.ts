/** Accept the order, as its state demands, and never blindly twice: AcceptOrder runs modules, which make accounts. */
import { Failure } from '../../../domain/failure.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import { isMarkedForOthers, isOpen, type Service } from '../../../domain/services.ts'
import { settleInvoice } from './invoice.ts'
import { BUSY, modulesOf, type Order, ofWhmcsOrder, waitForWhmcs } from './order.ts'
import type { Made, Modules, WhmcsOrder } from './ports.ts'
import { verify } from './verify.ts'

/** Accepts an order that we have just made: nobody else can have accepted it. */
export async function acceptMade(order: Order, made: Made): Promise<Outcome> {
  await accept(order, made, modulesOf(order))
  return verify(order, made, 'added and accepted')
}

/** Goes on with an order that was found in WHMCS: it may have been accepted already, or another worker is at it. */
export async function acceptFound(
  given: Order,
  { whmcsOrderId, secondsSinceAccept }: { whmcsOrderId: string; secondsSinceAccept?: number },
): Promise<Outcome> {
  const { item, options, signal } = given
  const made = { whmcsOrderId, serviceIds: [] }
  const there = ours(given, whmcsOrderId, await options.whmcs.look(whmcsOrderId, signal))
  // It was made for the client that the account named then, so look for its services there.
  const order = { ...given, request: { ...given.request, clientId: there.clientId } }
  if (stateOf(there, whmcsOrderId) === 'accepted') {
    return verify(order, made, 'found in WHMCS, accepted already')
  }
  const unsettled = await settleInvoice(given, whmcsOrderId, there)
  if (unsettled !== undefined) return unsettled
  const wait = options.settleSeconds - (secondsSinceAccept ?? Number.POSITIVE_INFINITY)
  if (wait > 0) return waitForWhmcs(order, wait)
  const modules = secondsSinceAccept === undefined ? modulesOf(order) : await mayRunAgain(order, made)
  if (!(await options.intents.beginAccept(item.organizationId, item.recordId, options.settleSeconds))) return BUSY
  await accept(order, made, modules)
  return verify(order, made, 'found in WHMCS and accepted')
}

/** A WHMCS that was restored from a backup gives ids again: then the order with this id is another one. */
function ours({ request, intent }: Order, whmcsOrderId: string, there: WhmcsOrder | undefined): WhmcsOrder {
  if (there === undefined) throw ofWhmcsOrder('WHMCS_ORDER_CANCELLED', whmcsOrderId, 'was deleted there')
  if (there.clientId !== request.clientId && there.clientId !== intent?.whmcsClientId) {
    const detail = `belongs to client ${there.clientId} there, and not to client ${request.clientId}`
    throw ofWhmcsOrder('WHMCS_ORDER_ID_REUSED', whmcsOrderId, detail)
  }
  if (isMarkedForOthers(there.markedFor, request.orderId)) {
    const detail = `carries the marker of order ${there.markedFor.join(', ')} there`
    throw ofWhmcsOrder('WHMCS_ORDER_ID_REUSED', whmcsOrderId, detail)
  }
  return there
}

function stateOf(there: WhmcsOrder, whmcsOrderId: string): 'pending' | 'accepted' {
  switch (there.status) {
    case 'pending':
      return 'pending'
    case 'active':
      return 'accepted'
    case 'ended':
      throw ofWhmcsOrder('WHMCS_ORDER_CANCELLED', whmcsOrderId, `is ${there.statusText} there`)
    case 'unknown':
      throw ofWhmcsOrder('WHMCS_ORDER_STATUS', whmcsOrderId, `has the status '${there.statusText}' there`)
    default:
      return there.status satisfies never
  }
}

/** Sends AcceptOrder. A module that says no may have done its work all the same: the effect counts, not the words. */
async function accept(order: Order, made: Made, modules: Modules): Promise<void> {
  const { request, options, signal } = order
  const { whmcsOrderId } = made
  try {
    await options.whmcs.accept({ whmcsOrderId, request, modules }, signal)
  } catch (error) {
    if (!isModulesNo(error) || modules === 'leave' || !areSetUp(await servicesOf(order, made))) throw error
    await options.whmcs.accept({ whmcsOrderId, request, modules: 'leave' }, signal)
  }
}

/**
 * Whether the modules may run a second time. They may when nothing shows that they have run, or when a person who has
 * looked replays the order; when all services are set up there is nothing left for them to do.
 */
async function mayRunAgain(order: Order, made: Made): Promise<Modules> {
  const { item, options, signal } = order
  const services = await servicesOf(order, made)
  if (areSetUp(services)) return 'leave'
  if (item.replayed && item.attempts === 0) return modulesOf(order)
  const open = services.filter(isOpen).map(({ id }) => id)
  const failure = await options.whmcs.moduleFailure(open, signal)
  if (failure === undefined || failure.kind === 'unreached') return modulesOf(order)
  const code = failure.kind === 'unknown' ? 'WHMCS_MODULE_UNKNOWN' : 'WHMCS_ACCEPT_FAILED'
  throw ofWhmcsOrder(code, made.whmcsOrderId, failure.message)
}

function servicesOf({ request, options, signal }: Order, made: Made): Promise<Service[]> {
  return options.whmcs.services(request, made, signal)
}

/** An order without any service proves nothing. */
function areSetUp(services: Service[]): boolean {
  return services.length > 0 && !services.some(isOpen)
}

function isModulesNo(error: unknown): boolean {
  return error instanceof Failure && (error.code === 'WHMCS_MODULE_UNKNOWN' || error.code === 'WHMCS_ACCEPT_FAILED')
}
