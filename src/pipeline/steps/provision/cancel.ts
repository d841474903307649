/**
 * End in WHMCS what Salesforce has taken back. Once: what has ended is passed by, so that after an answer which is not clear
 * it may be asked again, when WHMCS has had its time.
 */
import type { WorkItem } from '../../../domain/notification.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import { hasEnded, isOpen, type Service } from '../../../domain/services.ts'
import { ofWhmcsOrder, type ProvisionOptions } from './order.ts'
import type { Intent, WhmcsOrder } from './ports.ts'

interface Cancelling {
  item: WorkItem
  intent: Intent
  whmcsOrderId: string
  options: ProvisionOptions
  signal: AbortSignal
}

export async function cancel(item: WorkItem, options: ProvisionOptions, signal: AbortSignal): Promise<Outcome> {
  const { organizationId, recordId } = item
  const intent = await options.intents.read(organizationId, recordId)
  const { whmcsOrderId } = intent ?? {}
  if (intent === undefined || whmcsOrderId === undefined) return { kind: 'refresh' }
  if (!(await options.intents.beginCancel(organizationId, recordId, options.settleSeconds))) {
    const message = 'An earlier cancellation may still be at work in WHMCS.'
    return { kind: 'wait', seconds: options.settleSeconds, code: 'BUSY', message }
  }
  const cancelling = { item, intent, whmcsOrderId, options, signal }
  const ended = await endIn(cancelling, await look(cancelling))
  await options.intents.recordCancelled(organizationId, recordId)
  return { kind: 'advance', step: 'write_back', whmcsOrderId, note: `cancelled in WHMCS: ${ended}` }
}

async function look({ intent, whmcsOrderId, options, signal }: Cancelling): Promise<WhmcsOrder | undefined> {
  const there = await options.whmcs.look(whmcsOrderId, signal)
  if (there === undefined || there.clientId === intent.whmcsClientId) return there
  const detail = `belongs to client ${there.clientId} there, and not to client ${intent.whmcsClientId}`
  throw ofWhmcsOrder('WHMCS_ORDER_ID_REUSED', whmcsOrderId, detail)
}

/** Says what was done. */
async function endIn(cancelling: Cancelling, there: WhmcsOrder | undefined): Promise<string> {
  const { whmcsOrderId, options, signal } = cancelling
  const { cancelBy } = options.rules
  if (there === undefined || there.status === 'ended') return 'it had ended there'
  const setUp = (await servicesOf(cancelling)).filter((service) => !hasEnded(service) && !isOpen(service))
  for (const { id } of setUp) await options.whmcs.endService(id, cancelBy, signal)
  if (there.status === 'pending') await options.whmcs.cancelOrder(whmcsOrderId, signal)
  const left = (await servicesOf(cancelling)).filter((service) => !hasEnded(service))
  // A request is carried out by WHMCS itself, now or at the end of the period.
  const waits = cancelBy !== 'terminate' && there.status !== 'pending'
  if (left.length > 0 && !waits) {
    const detail = left.map(({ id, status }) => `service ${id} is ${status}`).join('; ')
    throw ofWhmcsOrder('WHMCS_CANCEL_FAILED', whmcsOrderId, `is cancelled, but ${detail}`)
  }
  return `${setUp.length} services by ${cancelBy}${there.status === 'pending' ? ', and the order' : ''}`
}

function servicesOf({ item, intent, whmcsOrderId, options, signal }: Cancelling): Promise<Service[]> {
  const request = { orderId: item.recordId, clientId: intent.whmcsClientId, lines: [] }
  return options.whmcs.services(request, { whmcsOrderId, serviceIds: [] }, signal)
}
